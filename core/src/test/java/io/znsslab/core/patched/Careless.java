package io.znsslab.core.patched;

import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.registry.HandleLayout;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What careless code would do where an atomic operation, or a check, belongs: patched code calls it in place of the
 * right thing.
 *
 * <p>Between the two halves of what should be one step a thread sometimes stands aside, so that few tries are enough to
 * meet another one there.
 */
public final class Careless {
    private static final int ONE_IN = 2;

    private Careless() {}

    /** Stands aside, now and then. */
    public static void hesitate() {
        if (ThreadLocalRandom.current().nextInt(ONE_IN) == 0) {
            Thread.yield();
        }
    }

    /** In the place of an atomic exchange: what comes between load and store is lost. */
    public static long getThenSet(long address, long value) {
        long before = NativeWords.getVolatile(address);
        hesitate();
        NativeWords.setVolatile(address, value);
        return before;
    }

    /** In the place of an atomic or: what comes between load and store is lost. */
    public static long getThenOr(long address, long bits) {
        long before = NativeWords.getVolatile(address);
        hesitate();
        NativeWords.setVolatile(address, before | bits);
        return before;
    }

    /**
     * In the place of a compare-and-set from a handle to its free tag: takes the slot's object for the handle's,
     * whichever it is.
     */
    public static boolean freeWhateverIsLive(long address, long handle, long freeTag) {
        long header = NativeWords.getVolatile(address);
        return HandleLayout.isLive(header) && NativeWords.compareAndSet(address, header, HandleLayout.freeTag(header));
    }
}
