package io.znsslab.core.slab;

import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.Membarrier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One thread's share of the allocator: its bins, its magazines and slab ids, and the marks by which other threads see
 * which sections it is in.
 *
 * <p>An <em>owned</em> stripe belongs to one platform thread as long as that lives. A <em>shared</em> one serves all
 * threads that own none (virtual threads, and more threads than stripes); they take its lock to allocate.
 *
 * <p><b>Owner section</b> ({@link #enter}, {@link #exit}): in it the owner uses its bins and its slabs' plain words. It
 * costs two stores without a fence: a thread that must know that no section is under way issues {@code membarrier(2)},
 * which puts a full fence into every running thread, and then reads the mark (the asymmetric form of Dekker's
 * algorithm, as in liburcu's memb flavour).
 *
 * <p><b>Reader section</b> ({@link ReaderSection}): in it a thread uses slabs of any stripe. It begins with a full
 * fence of its own.
 *
 * <p>In HotSpot a fence intrinsic is a barrier for the compiler in all directions, also store to load, on every
 * platform; it stops the compiler, and {@code membarrier} the processor, from moving the gate's load above the mark's
 * store. Where the kernel has no membarrier the owner section pays for a full fence.
 */
public final class Stripe extends StripeMarks {
    private static final VarHandle SECTION;
    private static final VarHandle READING;
    private static final VarHandle CLOSERS;
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(Bin[][].class);
    private static final VarHandle BINS = MethodHandles.arrayElementVarHandle(Bin[].class);
    private static final int ROW_SHIFT = 6;
    private static final int ROW = 1 << ROW_SHIFT;
    private static final boolean ASYMMETRIC = Membarrier.supported();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SECTION = lookup.findVarHandle(StripeMarks.class, "section", long.class);
            READING = lookup.findVarHandle(StripeMarks.class, "reading", long.class);
            CLOSERS = lookup.findVarHandle(Stripe.class, "closers", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Slab ids that a stripe takes at a time, so that neighbours in the registry belong to one thread. */
    static final int ID_CHUNK = 32;

    private static final long NONE = -1;

    @SuppressWarnings("unused")
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7;

    private final int index;
    private final long homeMark;
    private final long claimLines;
    private final boolean shared;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLongArray sharedReaders;
    private int readingDepth;

    private final ClaimLines lines;
    private final int epochCount;

    // Made when the stripe is first used, the bins row by row: most of many epochs, classes and stripes never meet.
    private volatile Bin @Nullable [][] bins;
    // Not before open().
    @SuppressWarnings("NullAway.Init")
    long[] enlistedEpoch;

    final Magazine[] frames;
    final long[] ids = new long[ID_CHUNK];
    int idCount;
    final SlabCounters[] counts;

    /** Epochs that the owner has parked ({@link RetainedEpochs}). Plain, as {@link SlabCounters}. */
    private long epochsParked;

    private long slabsParked;
    private long bytesReturned;
    private long retained = NONE;
    private volatile int closers;
    private volatile boolean visited;
    private @Nullable Thread owner;

    Stripe(int index, boolean shared, ClaimLines lines, int epochCount, int classes, int hotFrames) {
        this.index = index;
        this.shared = shared;
        this.sharedReaders = new AtomicLongArray(SHARED_STRIDE * 3);
        this.homeMark = FrameTable.homeMark(index);
        this.lines = lines;
        this.claimLines = lines.ofStripe(index);
        this.epochCount = epochCount;
        this.frames = new Magazine[classes];
        this.counts = new SlabCounters[classes];
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            frames[sizeClass] = new Magazine(hotFrames);
            counts[sizeClass] = new SlabCounters();
        }
    }

    private static final int SHARED_STRIDE = 16;

    /**
     * Makes the stripe ready for its first owner or sharer. By one thread at a time; nothing happens from the second
     * time on.
     */
    void open() {
        if (bins == null) {
            lines.open(index);
            enlistedEpoch = new long[epochCount];
            Arrays.fill(enlistedEpoch, -1);
            bins = new Bin[(epochCount * counts.length + ROW - 1) >>> ROW_SHIFT][];
        }
    }

    /** Whether the stripe was ever used. */
    boolean isOpen() {
        return bins != null;
    }

    /** The stripe's number. */
    public int index() {
        return index;
    }

    /** The mark that the state words of this stripe's slabs have, for {@link FrameTable#isAtHome}. */
    public long homeMark() {
        return homeMark;
    }

    /** Whether it serves threads that own no stripe. */
    public boolean isShared() {
        return shared;
    }

    /** Guards the bins of a shared stripe. */
    public ReentrantLock lock() {
        return lock;
    }

    /**
     * Waits for the thread that allocates from this shared stripe now and may have read the gate before it was shut;
     * the next one finds it shut.
     */
    public void awaitLockHolder() {
        lock.lock();
        try {
            // Nothing is to be done: the wait was for the lock.
            assert shared;
        } finally {
            lock.unlock();
        }
    }

    /** The id of the owning thread; 0 for none. */
    public long ownerId() {
        return ownerId;
    }

    @Nullable
    Thread owner() {
        return owner;
    }

    /** Whether the stripe's last owner has ended: such a thread is in no section, whatever its marks say. */
    boolean isOrphaned() {
        Thread thread = owner;
        return thread != null && !thread.isAlive();
    }

    void setOwner(Thread thread) {
        section = 0;
        if (readingDepth > 0) {
            readingDepth = 1;
            exitReading();
        }
        owner = thread;
        ownerId = thread.threadId();
    }

    /** Begins an owner section. Owner only, or with the lock of a shared stripe. Not nested. */
    public void enter() {
        SECTION.setOpaque(this, 1L);
        if (ASYMMETRIC) {
            VarHandle.releaseFence();
            VarHandle.acquireFence();
        } else {
            VarHandle.fullFence();
        }
    }

    /** Ends an owner section. */
    public void exit() {
        SECTION.setRelease(this, 0L);
    }

    /** Whether an owner section is under way; acquire. */
    boolean laIsWithinSection() {
        return (long) SECTION.getAcquire(this) != 0;
    }

    /** The mark of an owned stripe's reader section: odd while one is under way. */
    long lvReading() {
        return (long) READING.getVolatile(this);
    }

    /** Begins a reader section of the owner; nests. */
    void enterReading() {
        if (readingDepth++ == 0) {
            READING.setVolatile(this, reading + 1);
        }
    }

    /** Ends a reader section of the owner. */
    void exitReading() {
        if (--readingDepth == 0) {
            READING.setRelease(this, reading + 1);
        }
    }

    /** Whether the owner is within a reader section: it must not wait for a grace period then. */
    boolean isReading() {
        return readingDepth > 0;
    }

    /** Begins a reader section of a thread that owns no stripe; the phase to end it with. */
    void enterSharedReading(int phase) {
        sharedReaders.getAndIncrement((phase + 1) * SHARED_STRIDE);
    }

    /** Ends a reader section of a thread that owns no stripe. */
    void exitSharedReading(int phase) {
        sharedReaders.getAndDecrement((phase + 1) * SHARED_STRIDE);
    }

    long lvSharedReaders(int phase) {
        return sharedReaders.get((phase + 1) * SHARED_STRIDE);
    }

    /**
     * Whether a closing is under way of an epoch in which this stripe has slabs, or a visit; acquire. Its owner frees
     * as any other thread then.
     */
    public boolean laIsBeingClosed() {
        return (int) CLOSERS.getAcquire(this) != 0;
    }

    /** Announces a closing, by an atomic add. */
    public void beginClosing() {
        CLOSERS.getAndAdd(this, 1);
    }

    /** Ends a closing. */
    public void endClosing() {
        CLOSERS.getAndAdd(this, -1);
    }

    /**
     * Announces a visit: in the sections that it begins from now on, the owner leaves its bins alone, and frees as any
     * other thread.
     */
    void beginVisit() {
        visited = true;
        beginClosing();
    }

    /** Ends a visit. */
    void endVisit() {
        endClosing();
        visited = false;
    }

    /** Whether a visitor takes slabs from the owner's bins; volatile. */
    boolean lvIsVisited() {
        return visited;
    }

    /**
     * Remembers the epoch that the owner discarded and whose place it parks. Owner only.
     *
     * @param slabs slabs that had a handle
     * @param bytes bytes of them that went back to the operating system
     */
    void notePark(long epoch, int slabs, long bytes) {
        retained = epoch;
        epochsParked++;
        slabsParked += slabs;
        bytesReturned += bytes;
    }

    /** Whether the owner has a place parked, as far as it knows. Owner only. */
    public boolean hasParked() {
        return retained != NONE;
    }

    /** The epoch whose place the owner parked; forgets it. Owner only, and only if there is one. */
    public long takeParked() {
        long epoch = retained;
        retained = NONE;
        return epoch;
    }

    /** Notes that the stripe is marked as a user of an epoch already. Owner only. */
    public void noteEnlisted(int ringIndex, long epoch) {
        enlistedEpoch[ringIndex] = epoch;
    }

    /** Epochs that the owner discarded and parked. */
    public long epochsParked() {
        return epochsParked;
    }

    /** Slabs of the epochs that were parked. */
    public long slabsParked() {
        return slabsParked;
    }

    /** Bytes of them that went back to the operating system at once. */
    public long bytesReturned() {
        return bytesReturned;
    }

    /** The index of the bin of a class for the epoch at that place. */
    public int binIndex(int ringIndex, int sizeClass) {
        return ringIndex * counts.length + sizeClass;
    }

    /** The bin of that index, acquire; null if the stripe never had one. */
    public @Nullable Bin laBin(int binIndex) {
        Bin[][] rows = bins;
        Bin[] row = rows == null ? null : (Bin[]) ROWS.getAcquire(rows, binIndex >>> ROW_SHIFT);
        return row == null ? null : (Bin) BINS.getAcquire(row, binIndex & (ROW - 1));
    }

    /** Puts a bin at that index, where there was none; release. Owner only. */
    void srBin(int binIndex, Bin bin) {
        Bin[][] rows = requireNonNull(bins);
        Bin[] row = rows[binIndex >>> ROW_SHIFT];
        if (row == null) {
            row = new Bin[ROW];
            ROWS.setRelease(rows, binIndex >>> ROW_SHIFT, row);
        }
        BINS.setRelease(row, binIndex & (ROW - 1), bin);
    }

    /** The claim line of the bin of that index, which need not exist. */
    public long claimLine(int binIndex) {
        return ClaimLines.line(claimLines, binIndex);
    }

    /** The stripe's magazine of a class. */
    public Magazine frames(int sizeClass) {
        return frames[sizeClass];
    }

    /** The stripe's counts of a class. */
    public SlabCounters counts(int sizeClass) {
        return counts[sizeClass];
    }
}

/** Keeps what lies before a stripe in memory off its marks' cache line. */
@SuppressWarnings("unused")
class StripePadding {
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7;
}

/** What every operation of the owner touches. */
class StripeMarks extends StripePadding {
    /** The owning thread's id. */
    long ownerId;

    /**
     * 1 within an owner section, else 0: stores of constants, since a count would make each section wait for the one
     * before.
     */
    long section;

    /** Odd within a reader section. */
    long reading;
}
