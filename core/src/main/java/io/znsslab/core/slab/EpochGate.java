package io.znsslab.core.slab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Which epochs take allocations: for each place of the ring the number of its open epoch, on a cache line of its own.
 *
 * <p>Thread-safe. An allocating thread looks here within its owner section ({@link Stripe#enter()}); who shuts the gate and then waits for the sections
 * that began before ({@link GracePeriod}) knows that no allocation is under way any more.
 */
public final class EpochGate {
    private static final VarHandle NUMBERS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int STRIDE_SHIFT = 3;

    /** No epoch is open at a place. */
    public static final long SHUT = -1;

    /** An epoch is being closed there. */
    public static final long CLOSING = -2;

    private final long[] numbers;
    private final int mask;

    /** All shut. {@code epochCount} is a power of two. */
    public EpochGate(int epochCount) {
        this.numbers = new long[(epochCount + 2) << STRIDE_SHIFT];
        this.mask = epochCount - 1;
        Arrays.fill(numbers, SHUT);
    }

    /** The epoch's place in the ring. */
    public int ringIndex(long epoch) {
        return (int) epoch & mask;
    }

    /** Number of places. */
    public int epochCount() {
        return mask + 1;
    }

    /** Whether the epoch takes allocations. */
    public boolean isOpen(long epoch) {
        return (long) NUMBERS.getAcquire(numbers, place(ringIndex(epoch))) == epoch && epoch >= 0;
    }

    /** The epoch open at that place, {@link #SHUT} or {@link #CLOSING}. */
    public long openEpoch(int ringIndex) {
        return (long) NUMBERS.getVolatile(numbers, place(ringIndex));
    }

    /** Opens the epoch; false if its place is taken. */
    public boolean open(long epoch) {
        return NUMBERS.compareAndSet(numbers, place(ringIndex(epoch)), SHUT, epoch);
    }

    /** Shuts the epoch; true for the one caller that found it open. Its place stays taken until {@link #vacate}. */
    public boolean shut(long epoch) {
        return epoch >= 0 && NUMBERS.compareAndSet(numbers, place(ringIndex(epoch)), epoch, CLOSING);
    }

    /** Frees the place of an epoch that was shut and of which no stripe has slabs any more. */
    public void vacate(long epoch) {
        NUMBERS.setVolatile(numbers, place(ringIndex(epoch)), SHUT);
    }

    /** Shuts every place for good, each when no epoch is being closed there. */
    public void shutDown() {
        for (int ringIndex = 0; ringIndex < epochCount(); ringIndex++) {
            for (int tries = 0; ; tries++) {
                long open = openEpoch(ringIndex);
                if (open != CLOSING && NUMBERS.compareAndSet(numbers, place(ringIndex), open, CLOSING)) {
                    break;
                }
                GracePeriod.pause(tries);
            }
        }
    }

    private static int place(int ringIndex) {
        return (ringIndex + 1) << STRIDE_SHIFT;
    }
}
