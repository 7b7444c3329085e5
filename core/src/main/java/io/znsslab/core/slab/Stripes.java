package io.znsslab.core.slab;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Thread → stripe. A platform thread owns the stripe that its id selects, as long as it lives, unless another living
 * thread owns it; every other thread shares one.
 *
 * <p>The first {@link #ownedCount()} stripes are owned ones, the rest shared. Each gets its tables when it is first
 * used, and keeps them. Thread-safe.
 */
public final class Stripes {
    private final Stripe[] owned;
    private final Stripe[] shared;
    private final ClaimLines lines;
    private final AtomicLongArray users;
    private final int usersPerEpoch;
    private final ReentrantLock claiming = new ReentrantLock();
    private final ReentrantLock visiting = new ReentrantLock();
    // Published before a stripe's first section, whose fence pairs with the grace period's.
    private volatile Stripe[] claimed = {};
    private volatile boolean sharing;

    /**
     * Makes stripes without owners.
     *
     * @param lines claim lines for the stripes of both kinds
     * @param ownedCount a power of two
     * @param sharedCount a power of two
     */
    public Stripes(ClaimLines lines, int ownedCount, int sharedCount, int epochCount, int classes, int hotFrames) {
        this.lines = lines;
        this.owned = new Stripe[ownedCount];
        this.shared = new Stripe[sharedCount];
        // All are made at once, so that the fast path needs no null check: the owner id of an unowned stripe is no
        // thread's.
        for (int index = 0; index < ownedCount; index++) {
            owned[index] = new Stripe(index, false, lines, epochCount, classes, hotFrames);
        }
        for (int index = 0; index < sharedCount; index++) {
            shared[index] = new Stripe(ownedCount + index, true, lines, epochCount, classes, hotFrames);
        }
        this.usersPerEpoch = (ownedCount + sharedCount + 63) >>> 6;
        this.users = new AtomicLongArray(epochCount * usersPerEpoch);
    }

    /** The stripe that the thread's id selects; the thread owns it if its {@link Stripe#ownerId()} is the thread's. */
    public Stripe at(long threadId) {
        return owned[(int) threadId & (owned.length - 1)];
    }

    /** The owned stripes, a power of two, by the lower bits of their owners' ids. */
    public Stripe[] owned() {
        return owned.clone();
    }

    /** The current thread's own stripe, which it now gets if it can; null if it must share. */
    public @Nullable Stripe own(Thread thread) {
        Stripe stripe = at(thread.threadId());
        if (stripe.ownerId() == thread.threadId()) {
            return stripe;
        }
        if (thread.isVirtual() || isAlive(stripe.owner()) || (!stripe.isOpen() && !lines.mayTakeMemory())) {
            return null;
        }
        claiming.lock();
        try {
            if (isAlive(stripe.owner())) {
                return null;
            }
            if (!stripe.isOpen() && !lines.takeMemory()) {
                return null;
            }
            // A thread that is seen dead has done all it did before: its plain words are this thread's now.
            stripe.open();
            if (stripe.owner() == null) {
                Stripe[] more = Arrays.copyOf(claimed, claimed.length + 1);
                more[claimed.length] = stripe;
                claimed = more;
            }
            stripe.setOwner(thread);
            return stripe;
        } finally {
            claiming.unlock();
        }
    }

    private static boolean isAlive(@Nullable Thread thread) {
        return thread != null && thread.isAlive();
    }

    /** The owned stripes that have, or had, an owner. */
    Stripe[] claimed() {
        return claimed;
    }

    /** Whether any thread ever had to share a stripe. */
    boolean areShared() {
        return sharing;
    }

    /** The stripe that the thread shares with others. */
    public Stripe sharedBy(Thread thread) {
        if (!sharing) {
            sharing = true;
        }
        long id = thread.threadId();
        Stripe stripe = shared[(int) (id ^ id >>> 8) & (shared.length - 1)];
        return stripe.isOpen() ? stripe : opened(stripe);
    }

    private Stripe opened(Stripe stripe) {
        claiming.lock();
        try {
            if (!stripe.isOpen()) {
                // Which stripe a thread shares must not depend on what memory there is.
                lines.takeMemoryAnyway();
                stripe.open();
            }
            return stripe;
        } finally {
            claiming.unlock();
        }
    }

    /** A stripe by its number. */
    public Stripe get(int index) {
        return index < owned.length ? owned[index] : shared[index - owned.length];
    }

    /** The lock that a visitor holds: two visitors could wait for each other's sections. */
    ReentrantLock visiting() {
        return visiting;
    }

    /** Number of stripes of both kinds. */
    public int count() {
        return owned.length + shared.length;
    }

    /** Number of owned stripes; the shared ones follow. */
    public int ownedCount() {
        return owned.length;
    }

    /** Marks the stripe as a user of the epoch at that place: it has, or soon has, slabs there. A full fence. */
    void enlist(Stripe stripe, int ringIndex, long epoch) {
        int word = ringIndex * usersPerEpoch + (stripe.index() >>> 6);
        long bit = 1L << stripe.index();
        long bits;
        do {
            bits = users.get(word);
        } while (!users.compareAndSet(word, bits, bits | bit));
        stripe.enlistedEpoch[ringIndex] = epoch;
    }

    /** Undoes {@link #enlist}, before the epoch's place is vacated. */
    public void delist(Stripe stripe, int ringIndex) {
        int word = ringIndex * usersPerEpoch + (stripe.index() >>> 6);
        long bit = 1L << stripe.index();
        long bits;
        do {
            bits = users.get(word);
        } while (!users.compareAndSet(word, bits, bits & ~bit));
    }

    /** Whether the stripe is a user of the epoch at that place. */
    boolean isUser(Stripe stripe, int ringIndex) {
        return (users.get(ringIndex * usersPerEpoch + (stripe.index() >>> 6)) & (1L << stripe.index())) != 0;
    }

    /** Whether no other stripe than this one is a user of the epoch at that place. */
    public boolean isOnlyUser(@Nullable Stripe stripe, int ringIndex) {
        for (int word = 0; word < usersPerEpoch; word++) {
            long others = users.get(ringIndex * usersPerEpoch + word);
            if (stripe != null && stripe.index() >>> 6 == word) {
                others &= ~(1L << stripe.index());
            }
            if (others != 0) {
                return false;
            }
        }
        return true;
    }

    /** The next stripe from that number on that is a user of the epoch at that place, or -1. */
    public int nextUser(int ringIndex, int from) {
        for (int word = from >>> 6; word < usersPerEpoch; word++) {
            long bits = users.get(ringIndex * usersPerEpoch + word);
            if (word == from >>> 6) {
                bits &= -1L << from;
            }
            if (bits != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }
}
