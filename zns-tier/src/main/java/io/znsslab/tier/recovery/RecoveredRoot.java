package io.znsslab.tier.recovery;

/** Puts the parts of roots together, as the log's records come. The last one that is whole counts. For one thread. */
final class RecoveredRoot {
    private static final byte[] NOTHING = {};

    private Root whole = Root.NONE;
    private long number;
    private byte[] bytes = NOTHING;
    private int received = -1;

    /** The last root that is whole. */
    Root whole() {
        return whole;
    }

    /** Takes a part; one that does not follow the part before it ends the root that they belong to. */
    void part(long ofNumber, int size, int from, byte[] part) {
        if (from == 0) {
            number = ofNumber;
            bytes = new byte[size];
            received = 0;
        }
        if (ofNumber != number || size != bytes.length || from != received) {
            giveUp();
            return;
        }
        System.arraycopy(part, 0, bytes, from, part.length);
        received += part.length;
        if (received == size) {
            whole = new Root(number, bytes);
            giveUp();
        }
    }

    /** No part of the root that is not whole will follow. */
    void giveUp() {
        bytes = NOTHING;
        received = -1;
    }
}
