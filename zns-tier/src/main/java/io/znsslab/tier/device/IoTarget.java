package io.znsslab.tier.device;

/** The open file or block device that a queue reads and writes. */
interface IoTarget {
    /** Path by which it was opened. */
    String name();

    /** Its file descriptor. */
    int descriptor();

    /** Closes the descriptor. */
    void close();
}
