package io.znsslab.core.patched;

import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.registry.HandleLayout;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Careless code in place of an atomic operation or a check: patched code calls it instead of the correct operation.
 *
 * <p>Between the two halves of an operation that should be one step, the thread sometimes pauses, so that it meets
 * another thread there within few tries.
 */
public final class Careless {
    private static final int ONE_IN = 2;

    private Careless() {}

    /** Pauses now and then. */
    public static void hesitate() {
        if (ThreadLocalRandom.current().nextInt(ONE_IN) == 0) {
            Thread.yield();
        }
    }

    /** Replaces an atomic exchange: a change between load and store is lost. */
    public static long getThenSet(long address, long value) {
        long before = NativeWords.getVolatile(address);
        hesitate();
        NativeWords.setVolatile(address, value);
        return before;
    }

    /** Replaces an atomic or: a change between load and store is lost. */
    public static long getThenOr(long address, long bits) {
        long before = NativeWords.getVolatile(address);
        hesitate();
        NativeWords.setVolatile(address, before | bits);
        return before;
    }

    /** Replaces an atomic addition: a change between load and store is lost. */
    public static long getThenAdd(long address, long summand) {
        long before = NativeWords.getVolatile(address);
        hesitate();
        NativeWords.setVolatile(address, before + summand);
        return before;
    }

    /** Replaces a compare-and-set: a change between load and store is not noticed. */
    public static boolean compareThenSet(long address, long expected, long value) {
        boolean equal = NativeWords.getVolatile(address) == expected;
        hesitate();
        if (equal) {
            NativeWords.setVolatile(address, value);
        }
        return equal;
    }

    /** Replaces a compare-and-set from a handle to its free tag: frees whichever object the slot holds. */
    public static boolean freeWhateverIsLive(long address, long handle, long freeTag) {
        long header = NativeWords.getVolatile(address);
        return HandleLayout.isLive(header) && NativeWords.compareAndSet(address, header, HandleLayout.freeTag(header));
    }
}
