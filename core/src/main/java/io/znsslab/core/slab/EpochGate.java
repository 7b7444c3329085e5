package io.znsslab.core.slab;

import io.znsslab.core.registry.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Which epochs take allocations: for each place of the ring the number of its open epoch and of the one opened there
 * last, on a cache line of its own.
 *
 * <p>Thread-safe. An allocating thread reads the gate within its owner section ({@link Stripe#enter()}); after a
 * closing has shut the gate and waited for the sections that began before ({@link GracePeriod}), no allocation is under
 * way.
 *
 * <p>A place is shut, open, being closed, or <em>parked</em>: its epoch has ended, and a stripe keeps it for the next
 * one that its owner opens. The owner and threads that want the place for another epoch change it by a compare-and-set,
 * and the winner has it.
 */
public final class EpochGate {
    private static final VarHandle NUMBERS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int STRIDE_SHIFT = 3;

    /** No epoch is open at a place. */
    public static final long SHUT = -1;

    /** An epoch is being closed there. */
    public static final long CLOSING = -2;

    // minus the stripe's number
    private static final long PARKED = -3;
    private static final int LAST = 1;
    private static final int PACKED_FLAG = 2;

    private final long[] numbers;
    private final int mask;
    private volatile boolean shutDown;

    /** A gate with all places shut. {@code epochCount} is a power of two. */
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

    /** Whether the epoch takes allocations; acquire. */
    public boolean laIsOpen(long epoch) {
        return laIsOpen(ringIndex(epoch), epoch);
    }

    /** Whether the epoch at that place takes allocations; acquire. */
    public boolean laIsOpen(int ringIndex, long epoch) {
        return (long) NUMBERS.getAcquire(numbers, place(ringIndex)) == epoch && epoch >= 0;
    }

    /**
     * The number of the epoch open at that place, {@link #SHUT}, {@link #CLOSING}, or a word for {@link #isParked};
     * volatile.
     */
    public long lvOpenEpoch(int ringIndex) {
        return (long) NUMBERS.getVolatile(numbers, place(ringIndex));
    }

    /** Opens the epoch; false if its place is taken. */
    public boolean open(long epoch) {
        return change(epoch, SHUT);
    }

    /** Opens the epoch at a place that is parked by the stripe of that number; false if another thread took it. */
    public boolean reopen(long epoch, int stripe) {
        return change(epoch, PARKED - stripe);
    }

    private boolean change(long epoch, long from) {
        int place = place(ringIndex(epoch));
        boolean changed = NUMBERS.compareAndSet(numbers, place, from, epoch);
        if (changed) {
            NUMBERS.setOpaque(numbers, place + LAST, epoch);
        }
        return changed;
    }

    /** The number of the last epoch that was opened at that place, opaque; negative if none was. */
    public long lopLastOpened(int ringIndex) {
        return (long) NUMBERS.getOpaque(numbers, place(ringIndex) + LAST);
    }

    /**
     * Whether objects of the epoch that was opened last at that place go to packed slabs, whatever their size; opaque.
     */
    public boolean lopIsPacked(int ringIndex) {
        return (long) NUMBERS.getOpaque(numbers, place(ringIndex) + PACKED_FLAG) != 0;
    }

    /** Sets that, opaque: by the thread that has opened the epoch, before others know its number. */
    public void sopPacked(int ringIndex, boolean packed) {
        NUMBERS.setOpaque(numbers, place(ringIndex) + PACKED_FLAG, packed ? 1L : 0L);
    }

    /** The highest number of all epochs opened so far; negative if none was. */
    public long newestOpened() {
        long newest = SHUT;
        for (int ringIndex = 0; ringIndex < epochCount(); ringIndex++) {
            newest = Math.max(newest, lopLastOpened(ringIndex));
        }
        return newest;
    }

    /**
     * Parks the place of an epoch that was shut, whose slabs are all the stripe's, without a live object; a release
     * store.
     */
    public void park(int ringIndex, int stripe) {
        NUMBERS.setRelease(numbers, place(ringIndex), PARKED - stripe);
    }

    /** Whether a word that {@link #lvOpenEpoch} answered is that of a parked place. */
    public static boolean isParked(long openEpoch) {
        return openEpoch <= PARKED;
    }

    /** The number of the stripe that has parked a place, by the word for which {@link #isParked} is true. */
    static int parkedBy(long openEpoch) {
        return (int) (PARKED - openEpoch);
    }

    /**
     * Takes a parked place, by a compare-and-set, as if its epoch were being closed.
     *
     * @return the number of the stripe whose slabs are there, or -1 if the place is not parked
     */
    public int takeParked(int ringIndex) {
        long seen = lvOpenEpoch(ringIndex);
        return isParked(seen) && NUMBERS.compareAndSet(numbers, place(ringIndex), seen, CLOSING) ? parkedBy(seen) : -1;
    }

    /** Shuts the epoch; true for the one caller that found it open. Its place stays taken until {@link #vacate}. */
    public boolean shut(long epoch) {
        return epoch >= 0 && NUMBERS.compareAndSet(numbers, place(ringIndex(epoch)), epoch, CLOSING);
    }

    /** Opens an epoch again that the caller has shut and not changed; volatile. */
    public void openAgain(long epoch) {
        NUMBERS.setVolatile(numbers, place(ringIndex(epoch)), epoch);
    }

    /** Frees the place of an epoch that was shut and in which no stripe has slabs any more; volatile. */
    public void vacate(long epoch) {
        vacateTaken(ringIndex(epoch));
    }

    /** Frees a place that {@link #takeParked} took. */
    void vacateTaken(int ringIndex) {
        NUMBERS.setVolatile(numbers, place(ringIndex), SHUT);
    }

    /** Shuts every place for good, each when no epoch is being closed there. */
    public void shutDown() {
        shutDown = true;
        for (int ringIndex = 0; ringIndex < epochCount(); ringIndex++) {
            for (int tries = 0; ; tries++) {
                long open = lvOpenEpoch(ringIndex);
                if (open != CLOSING && NUMBERS.compareAndSet(numbers, place(ringIndex), open, CLOSING)) {
                    break;
                }
                Backoff.pause(tries);
            }
        }
    }

    /**
     * Throws if places are shut for good: then an epoch that is found shut need not have been closed.
     *
     * @throws IllegalStateException if the allocator is closed, or is being closed
     */
    public void checkOpen() {
        if (shutDown) {
            throw new IllegalStateException("the allocator is closed");
        }
    }

    private static int place(int ringIndex) {
        return (ringIndex + 1) << STRIDE_SHIFT;
    }
}
