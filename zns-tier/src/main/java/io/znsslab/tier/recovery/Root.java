package io.znsslab.tier.recovery;

/** The bytes that the application keeps in the store's log, as it set them at a time. The array is not changed. */
final class Root {
    static final Root NONE = new Root(0, new byte[0]);

    private final long number;
    private final byte[] bytes;

    /** @param number counts the roots that were set, from 1; 0 if none ever was */
    Root(long number, byte[] bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Counts the roots that were set, from 1; 0 if none ever was. */
    long number() {
        return number;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The root that is set after this one. */
    Root next(byte[] other) {
        return new Root(number + 1, other);
    }
}
