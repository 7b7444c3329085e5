package io.znsslab.tier.device;

/** What a queue does its reads and writes on: an open file or block device. */
interface IoTarget {
    /** Path by which it was opened. */
    String name();

    /** Its file descriptor. */
    int descriptor();

    /** Gives it back. */
    void close();
}
