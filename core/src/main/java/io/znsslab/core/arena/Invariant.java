package io.znsslab.core.arena;

/** The exceptions by which checks of the allocator's invariants say which one is broken. Thread-safe. */
public final class Invariant {
    private Invariant() {}

    /** The exception to throw when an invariant is broken: {@code found} says what was found, with which values. */
    public static IllegalStateException broken(String found) {
        return new IllegalStateException("invariant broken: " + found
                + "; either the allocator is wrong, or another thread used it during the check");
    }

    /** Throws unless the two are equal; {@code what} names the number. */
    public static void equal(long found, long expected, String what) {
        if (found != expected) {
            throw broken("%s is %d and should be %d".formatted(what, found, expected));
        }
    }
}
