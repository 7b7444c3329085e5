package io.znsslab.core.slab;

import io.znsslab.core.arena.Invariant;
import io.znsslab.core.arena.SlabArena;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * How much memory parked places may keep hot where slabs otherwise return it: a number of frames that all places
 * together never exceed, and what each place has of it, with the tick at which it was last parked. A place's share
 * outlives the parking: the next epoch there has it already, so that a thread whose requests are alike touches nothing
 * that threads share.
 *
 * <pre>
 *   word of a place, on a line of its own   | tick 32 | frames 32 |
 * </pre>
 *
 * <p>Frames move between the words and the count of all by atomic exchanges, so none is counted twice or lost,
 * whichever threads meet at a place: its owner, a thread that evicts it, and the agent ({@link HotDecay}).
 */
public final class HotBudget {
    /** The share of the arena's limit that the budget may be, as a shift. */
    private static final int LIMIT_SHIFT = 2;

    /** Ticks after which a place is idle: at least one whole period. */
    private static final int IDLE_TICKS = 2;

    private static final int STRIDE_SHIFT = 3;

    private final long limit;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLongArray places;
    private volatile int tick;
    private volatile @Nullable Runnable wakeUp;

    /**
     * A budget of that many bytes, of which nothing is used, or a quarter of the arena's limit if that is less; null if
     * it is less than a slab.
     */
    public static @Nullable HotBudget of(long bytes, SlabArena arena, int epochCount) {
        long frames = Math.min(bytes, arena.limitBytes() >>> LIMIT_SHIFT)
                >>> arena.geometry().slabShift();
        return frames == 0 ? null : new HotBudget((int) Math.min(frames, Integer.MAX_VALUE), epochCount);
    }

    HotBudget(int frames, int epochCount) {
        this.limit = frames;
        this.places = new AtomicLongArray((epochCount + 2) << STRIDE_SHIFT);
    }

    /**
     * Lets places have shares from now on, or no longer.
     *
     * @param firstShare called when a place gets a share while none has any; null: no place gets one
     */
    void open(@Nullable Runnable firstShare) {
        wakeUp = firstShare;
    }

    /**
     * Takes the share of a place that the caller is about to park, raised to what it wants as far as that is to be had.
     *
     * @return frames, to be given to {@link #settle}; may be more than wanted
     */
    int reserve(int ringIndex, int wanted) {
        int have = framesIn(places.getAndSet(place(ringIndex), 0));
        return wanted <= have ? have : have + grow(have, wanted - have);
    }

    /**
     * Raises a share as long as it is not more than what is left of the budget, or from nothing to one: as the buffer
     * of a switch is shared by its queues (Choudhury and Hahne, "Dynamic queue length thresholds", 1998). So one thread
     * alone gets half, and leaves something for those that come later.
     */
    private int grow(int have, int wanted) {
        Runnable listener = wakeUp;
        if (listener == null) {
            return 0;
        }
        while (true) {
            long all = reserved.get();
            long left = limit - all;
            long fair = Math.max((left - have) >> 1, have == 0 ? 1 : 0);
            int granted = (int) Math.min(wanted, Math.min(fair, left));
            if (granted <= 0) {
                return 0;
            }
            if (reserved.compareAndSet(all, all + granted)) {
                if (all == 0) {
                    listener.run();
                }
                return granted;
            }
        }
    }

    /** Leaves the place with so many of the frames that {@link #reserve} answered; before it is parked. */
    void settle(int ringIndex, int held, int kept) {
        if (held > kept) {
            reserved.addAndGet(kept - held);
        }
        places.setRelease(place(ringIndex), (long) tick << 32 | kept);
    }

    /** Takes the share of a place away, whose hot frames have gone back. */
    void release(int ringIndex) {
        int frames = framesIn(places.getAndSet(place(ringIndex), 0));
        if (frames > 0) {
            reserved.addAndGet(-frames);
        }
    }

    /** Whether the place has a share and was last parked a whole period ago or more. */
    boolean isIdle(int ringIndex) {
        return isIdle(places.getAcquire(place(ringIndex)));
    }

    private boolean isIdle(long word) {
        return framesIn(word) > 0 && tick - (int) (word >>> 32) >= IDLE_TICKS;
    }

    /** Takes the share of a place away that is idle, and not parked: an epoch is open there for long, or none is. */
    void releaseIdle(int ringIndex) {
        long word = places.get(place(ringIndex));
        // fails when the place is being parked: that takes the share over
        if (isIdle(word) && places.compareAndSet(place(ringIndex), word, 0)) {
            reserved.addAndGet(-framesIn(word));
        }
    }

    /** Begins the period of that number, one more than the last. */
    void beginPeriod(int number) {
        tick = number;
    }

    /** Frames that the place may have hot. */
    int frames(int ringIndex) {
        return framesIn(places.getAcquire(place(ringIndex)));
    }

    /** Frames that all places may have hot now; volatile. */
    long reservedFrames() {
        return reserved.get();
    }

    /** Checks that no share is lost or counted twice. While no place changes. */
    void check(int epochCount) {
        long sum = 0;
        for (int ringIndex = 0; ringIndex < epochCount; ringIndex++) {
            sum += frames(ringIndex);
        }
        Invariant.equal(reserved.get(), sum, "the number of frames that may be hot");
        if (sum > limit) {
            throw Invariant.broken("%d frames may be hot, and %d at most".formatted(sum, limit));
        }
    }

    private static int framesIn(long word) {
        return (int) word;
    }

    private static int place(int ringIndex) {
        return (ringIndex + 1) << STRIDE_SHIFT;
    }
}
