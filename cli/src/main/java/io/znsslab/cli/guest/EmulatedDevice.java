package io.znsslab.cli.guest;

import java.util.Arrays;
import java.util.Iterator;

/** A zoned block device that a kernel or QEMU emulates. */
public enum EmulatedDevice {
    /** The kernel's own zoned null_blk, kept in memory. */
    NULL_BLK("null_blk"),
    /** QEMU's NVMe device with a zoned namespace; only in a micro-VM. */
    NVME_ZNS("nvme-zns");

    private final String word;

    EmulatedDevice(String word) {
        this.word = word;
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return word;
    }

    /** The names, for picocli's help. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(EmulatedDevice::toString).iterator();
        }
    }
}
