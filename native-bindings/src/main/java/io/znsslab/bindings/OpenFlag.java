package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;

/** How a file or device is opened (open(2)); every file is opened O_CLOEXEC besides. */
public enum OpenFlag {
    READ_ONLY(LibC.O_RDONLY()),
    WRITE_ONLY(LibC.O_WRONLY()),
    READ_WRITE(LibC.O_RDWR()),
    /** Creates the file when it is missing. */
    CREATE(LibC.O_CREAT()),
    /**
     * With CREATE: fails when the file exists. On a block device: fails with EBUSY when the device is mounted or
     * another process has opened it exclusively.
     */
    EXCLUSIVE(LibC.O_EXCL()),
    /** Bypasses the page cache; addresses, offsets and lengths must then be multiples of the logical block. */
    DIRECT(LibC.O_DIRECT()),
    /** A write returns when its data is durable. */
    DATA_SYNC(LibC.O_DSYNC());

    private final int bits;

    OpenFlag(int bits) {
        this.bits = bits;
    }

    static int bits(OpenFlag... flags) {
        int bits = LibC.O_CLOEXEC();
        for (OpenFlag flag : flags) {
            bits |= flag.bits;
        }
        return bits;
    }
}
