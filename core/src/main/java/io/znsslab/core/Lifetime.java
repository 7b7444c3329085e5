package io.znsslab.core;

/**
 * How long an epoch's objects are expected to live once it is closed, in comparison with those of other epochs. A hint:
 * the cold tier puts what lives alike into the same zones, so that they die together. Without hints, epochs share zones
 * in the order in which they are closed.
 */
public enum Lifetime {
    /** The application gave no hint; taken for {@link #MEDIUM}. */
    UNSTATED(0),
    /** Shorter than most. */
    SHORT(1),
    /** As most. */
    MEDIUM(2),
    /** Longer than most. */
    LONG(3);

    private final int code;

    Lifetime(int code) {
        this.code = code;
    }

    /** A number from 0 to 3 that stands for this lifetime in tables. */
    public int code() {
        return code;
    }

    /** The lifetime of that code, 0 to 3. */
    public static Lifetime of(int code) {
        return switch (code) {
            case 0 -> UNSTATED;
            case 1 -> SHORT;
            case 2 -> MEDIUM;
            case 3 -> LONG;
            default -> throw new IllegalArgumentException("lifetime %d: must be 0 to 3".formatted(code));
        };
    }
}
