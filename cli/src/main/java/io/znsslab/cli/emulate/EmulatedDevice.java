package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
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

    /**
     * Refuses a shape that such a device can't have.
     *
     * @throws CommandFailure naming the option that asks for it
     */
    public void requirePossible(DeviceShape shape) {
        if (this != NVME_ZNS) {
            return;
        }
        if (shape.conventional() > 0) {
            throw new CommandFailure(ExitCode.USAGE, "--conventional: QEMU's NVMe device has no conventional zones");
        }
        if (shape.blockBytes() != 512 && shape.blockBytes() != 4096) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--block-size " + shape.blockBytes() + ": QEMU's NVMe device has blocks of 512 or 4096 bytes");
        }
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
