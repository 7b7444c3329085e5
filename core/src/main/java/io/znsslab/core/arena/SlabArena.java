package io.znsslab.core.arena;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.bindings.LastingRange;
import io.znsslab.bindings.LastingRanges;
import io.znsslab.bindings.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * The address range that slabs live in, cut into frames of one slab each, and the count of those that may have memory.
 *
 * <p>The range has one region for each size class, of which each could hold the whole limit; a region is mapped as its
 * frames are first handed out, 4 MiB at a time, and only touched pages cost memory. A frame is named by its number:
 * {@code frame << slabShift} is its byte offset, and the high bits of the number before it are the class. Frame 0 is
 * never handed out and means "none".
 *
 * <p>Thread-safe. After {@link #close()} every access to the memory throws {@link IllegalStateException}.
 */
public final class SlabArena implements AutoCloseable {
    /** No frame. */
    public static final int NO_FRAME = 0;

    /** In place of a limit over slabs and what is beside them: only slabs are bounded. */
    private static final long UNBOUNDED = Long.MAX_VALUE;

    /** More than there can be, and little enough to be counted with. */
    private static final long MOST_BYTES = 1L << 50;

    private static final System.Logger LOGGER = System.getLogger(SlabArena.class.getName());
    /** Bytes by which a region grows. */
    private static final long PIECE_BYTES = 4 << 20;

    /** Gives pages back to the kernel, and says whether the process had locked them. */
    interface Returning {
        boolean giveBack(MemorySegment range, long offset, long bytes);
    }

    private record FrameTable(LastingRange range, int lineShift) {}

    // two lifetimes: that of the segments that users get, and that of the memory, which may be longer
    private final Arena scope = Arena.ofShared();
    private final Arena mapping = Arena.ofShared();
    private final LastingRanges ranges;
    private final Returning returning;
    private final LastingRange slabs;
    private final int pieceFrames;
    private final List<FrameTable> frameTables = new ArrayList<>();
    private final AtomicBoolean lockedWasSaid = new AtomicBoolean();
    private final SlabGeometry geometry;
    private final Words words;
    private final FramePool[] pools;
    private final int classFrameShift;
    private final FrameGrants grants;
    private final MemoryBesideSlabs beside;
    private final AtomicLong framesGivenBack = new AtomicLong();
    private final AtomicLong giveBackCalls = new AtomicLong();
    private boolean ending;

    /**
     * Reserves the range.
     *
     * @param limitBytes memory that slabs may use at most; at least one slab
     * @throws IllegalArgumentException if the range would have more than 2<sup>31</sup> frames
     */
    public SlabArena(SlabGeometry geometry, long limitBytes) {
        this(geometry, limitBytes, UNBOUNDED, AddressSpace::giveBack);
    }

    /**
     * As {@link #SlabArena(SlabGeometry, long)}, with a limit over slabs and what is {@linkplain #besideSlabs() beside}
     * them together.
     */
    public SlabArena(SlabGeometry geometry, long limitBytes, long limitOfAllBytes) {
        this(geometry, limitBytes, limitOfAllBytes, AddressSpace::giveBack);
    }

    SlabArena(SlabGeometry geometry, long limitBytes, Returning returning) {
        this(geometry, limitBytes, UNBOUNDED, returning);
    }

    private SlabArena(SlabGeometry geometry, long limitBytes, long limitOfAllBytes, Returning returning) {
        this.geometry = geometry;
        this.returning = returning;
        long limitFrames = limitBytes >>> geometry.slabShift();
        if (limitBytes < geometry.slabBytes()) {
            throw new IllegalArgumentException("memory limit %d: must be at least one slab of %d bytes"
                    .formatted(limitBytes, geometry.slabBytes()));
        }
        this.classFrameShift = 64 - Long.numberOfLeadingZeros(limitFrames - 1);
        this.grants = new FrameGrants(limitFrames, Math.min(limitOfAllBytes, MOST_BYTES) >>> geometry.slabShift());
        this.beside = new MemoryBesideSlabs(grants, geometry.slabBytes(), limitOfAllBytes != UNBOUNDED);
        // one more, since frame 0 stays unused
        long frames = ((long) geometry.classes() << classFrameShift) + 1;
        if (classFrameShift > 30 || frames > 1L << 31) {
            throw new IllegalArgumentException(
                    ("memory limit %d with %d size classes, and packed slabs, of %d bytes: needs more than 2^31 frames;"
                                    + " lower the limit, use fewer classes or larger slabs")
                            .formatted(limitBytes, geometry.sizeClasses(), geometry.slabBytes()));
        }
        this.ranges = new LastingRanges(new Shape(frames, geometry.slabShift()), mapping);
        this.pieceFrames = (int) Math.min(1L << classFrameShift, PIECE_BYTES >>> geometry.slabShift());
        this.slabs = ranges.reserveSparse(frames << geometry.slabShift(), (long) pieceFrames << geometry.slabShift());
        this.words = new Words(AddressSpace.bind(ranges.segmentOf(slabs), scope));
        this.pools = new FramePool[geometry.classes()];
        for (int sizeClass = 0; sizeClass < pools.length; sizeClass++) {
            pools[sizeClass] = new FramePool(firstFrame(sizeClass), 1 << classFrameShift, this::mapFrames);
        }
    }

    private void mapFrames(int first, int count) {
        slabs.map(offset(first), (long) count << geometry.slabShift());
        for (FrameTable table : frameTables) {
            table.range.map(Integer.toUnsignedLong(first) << table.lineShift, (long) count << table.lineShift);
            // The frames were granted, so this overdraws a memory limit by a slab at most, and for the moment.
            beside.takeAnyway(MemoryBesideSlabs.Use.TABLES, (long) count << table.lineShift);
        }
    }

    /**
     * What arenas have in common that may follow each other in the same ranges: a late reader of a closed allocator may
     * find a frame number of the next one, and follow it.
     */
    private record Shape(long frames, int slabShift) {}

    /**
     * A range of zeroed words beside the slabs, for a table; only touched pages cost memory. Lives as long as this
     * arena.
     */
    public Words reserveTable(long bytes) {
        beside.takeAnyway(MemoryBesideSlabs.Use.TABLES, wholePages(bytes));
        return new Words(ranges.reserve(wholePages(bytes)));
    }

    /**
     * As {@link #reserveTable}, with a line for each frame; the lines of frames that were handed out are usable. To be
     * called before any frame is.
     */
    public Words reserveFrameTable(int lineShift) {
        LastingRange range = ranges.reserveSparse(
                wholePages(frameBound() << lineShift), wholePages((long) pieceFrames << lineShift));
        frameTables.add(new FrameTable(range, lineShift));
        // of each class, the page that its lines end in
        beside.takeAnyway(MemoryBesideSlabs.Use.TABLES, (long) AddressSpace.pageBytes() * geometry.classes());
        return new Words(ranges.segmentOf(range));
    }

    /** As {@link #reserveTable}, but not usable before {@link LastingRange#map}, and not counted. */
    public LastingRange reserveSparseTable(long bytes, long pieceBytes) {
        return ranges.reserveSparse(wholePages(bytes), wholePages(pieceBytes));
    }

    /** As {@link #reserveSparseTable}, but readable, as zeroes, before {@link LastingRange#map}. */
    public LastingRange reserveReadableTable(long bytes, long pieceBytes) {
        return ranges.reserveReadable(wholePages(bytes), wholePages(pieceBytes));
    }

    /** The words of one of the tables. */
    public Words wordsOf(LastingRange table) {
        return new Words(ranges.segmentOf(table));
    }

    private static long wholePages(long bytes) {
        return Math.ceilDiv(bytes, (long) AddressSpace.pageBytes()) * AddressSpace.pageBytes();
    }

    /** The slabs' words. */
    public Words words() {
        return words;
    }

    /** The whole range. */
    public MemorySegment memory() {
        return words.segment();
    }

    /** The sizes of slabs and slots. */
    public SlabGeometry geometry() {
        return geometry;
    }

    /** Frame numbers are below this. */
    public long frameBound() {
        return ((long) geometry.classes() << classFrameShift) + 1;
    }

    /** The size class that a frame serves. */
    public int classOf(int frame) {
        return (frame - 1) >>> classFrameShift;
    }

    /** Byte offset of a frame in the range. */
    public long offset(int frame) {
        return Integer.toUnsignedLong(frame) << geometry.slabShift();
    }

    /** Memory that slabs may use at most, in bytes. */
    public long limitBytes() {
        return grants.limit() << geometry.slabShift();
    }

    /** Memory granted to stripes and pools and not given back, in bytes; at most the limit. */
    public long grantedBytes() {
        return grants.granted() << geometry.slabShift();
    }

    /**
     * How much of the limit can't be granted any more, in bytes: what is granted, and what is lent to memory beside
     * slabs and would be granted otherwise.
     */
    public long usedBytes() {
        return grants.used() << geometry.slabShift();
    }

    /** The memory beside slabs. */
    public MemoryBesideSlabs besideSlabs() {
        return beside;
    }

    /** By how many bytes slabs and what is beside them exceed the limit over both; negative for what is left. */
    public long overdrawnBytes() {
        return grants.overdrawn() << geometry.slabShift();
    }

    /** Slabs whose memory was given back to the operating system so far. */
    public long slabsGivenBack() {
        return framesGivenBack.get();
    }

    /** System calls that gave it back. */
    public long giveBackCalls() {
        return giveBackCalls.get();
    }

    /**
     * Adjacent frames without memory, granted out of the limit.
     *
     * @return {@code first << 32 | count}, or -1 when the limit is reached
     */
    public long takeRun(int sizeClass, int atMost) {
        int granted = grants.grant(atMost);
        if (granted == 0) {
            return FramePool.NO_RUN;
        }
        int taken = 0;
        try {
            long run = pools[sizeClass].takeRun(granted);
            taken = run == FramePool.NO_RUN ? 0 : FramePool.countOf(run);
            return run;
        } finally {
            grants.ungrant(granted - taken);
        }
    }

    /** Gives an unused run back; its frames have no memory. */
    public void putRun(int sizeClass, int first, int count) {
        pools[sizeClass].putRun(first, count);
        grants.ungrant(count);
    }

    /** Whether the class has hot frames in its pool: a hint, without a lock. */
    public boolean hasHot(int sizeClass) {
        return pools[sizeClass].mayHaveHot();
    }

    /** Hot frames of the class, at most as many as fit and as wanted. */
    public int takeHot(int sizeClass, int[] into, int atMost) {
        return pools[sizeClass].takeHot(into, atMost);
    }

    /** Keeps frames with their memory for the next stripe that needs one of the class. */
    public void putHot(int sizeClass, int[] frames, int from, int to) {
        pools[sizeClass].putHot(frames, from, to);
    }

    /**
     * Gives the frames' memory back to the operating system, adjacent ones in one call, and the frames to their pools.
     * They read as zero from then on. Where the system refuses to take it, they are zeroed and stay granted, for the
     * next slab of their class.
     *
     * @param frames sorted here
     * @return how many frames' memory has gone back
     */
    public int giveBack(int[] frames, int count) {
        int gone = 0;
        Arrays.sort(frames, 0, count);
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && frames[to] == frames[to - 1] + 1 && classOf(frames[to]) == classOf(frames[from])) {
                to++;
            }
            if (returnMemory(frames[from], to - from)) {
                putRun(classOf(frames[from]), frames[from], to - from);
                gone += to - from;
            } else {
                putHot(classOf(frames[from]), frames, from, to);
            }
            from = to;
        }
        framesGivenBack.addAndGet(gone);
        return gone;
    }

    private boolean returnMemory(int first, int count) {
        long bytes = (long) count << geometry.slabShift();
        try {
            boolean locked = returning.giveBack(words.segment(), offset(first), bytes);
            giveBackCalls.incrementAndGet();
            if (locked) {
                sayOnce("the process has locked its memory: what slabs no longer need goes back to the operating system"
                        + " all the same, and is locked again when it is next used");
            }
            return true;
        } catch (NativeException refused) {
            words.segment().asSlice(offset(first), bytes).fill((byte) 0);
            sayOnce("memory of slabs can't be given back to the operating system, and is zeroed and kept instead: "
                    + refused.getMessage());
            return false;
        }
    }

    private void sayOnce(String sentence) {
        if (lockedWasSaid.compareAndSet(false, true)) {
            LOGGER.log(System.Logger.Level.WARNING, sentence);
        }
    }

    /** Gives back every pooled hot frame; returns how many frames' memory has gone back. */
    public int giveBackPooled() {
        int count = 0;
        for (FramePool pool : pools) {
            int[] hot = pool.takeAllHot();
            count += giveBack(hot, hot.length);
        }
        return count;
    }

    /** Frames of the class that were ever handed out; they are the first ones of its region. */
    public int framesEverUsed(int sizeClass) {
        return pools[sizeClass].framesEverUsed();
    }

    /** The first frame of the class's region that is handed out. */
    public int firstFrame(int sizeClass) {
        return (sizeClass << classFrameShift) + 1;
    }

    /** Hot frames in the pools, all classes together. */
    public long pooledHotFrames() {
        return Arrays.stream(pools).mapToLong(FramePool::hotFrames).sum();
    }

    /** Calls the action with each frame in the pools, which stay there. The action must not use the arena. */
    public void forEachPooled(IntConsumer action) {
        for (FramePool pool : pools) {
            pool.forEach(action);
        }
    }

    /** Notes the frames in the pools. */
    void countPooled(FrameCensus census) {
        for (FramePool pool : pools) {
            pool.count(census);
        }
    }

    /** First of a run as {@link #takeRun} answers it. */
    public static int firstOf(long run) {
        return FramePool.firstOf(run);
    }

    /** Length of a run as {@link #takeRun} answers it. */
    public static int countOf(long run) {
        return FramePool.countOf(run);
    }

    /**
     * Calls the listener each time that memory is granted or lent and more than so many bytes are
     * {@linkplain #usedBytes used}, on the thread that allocates: it must neither wait nor throw.
     */
    public void onGrantAbove(long bytes, Runnable listener) {
        grants.onUsedAbove(bytes >>> geometry.slabShift(), listener);
    }

    /**
     * Makes the segments unusable; what is bound to another lifetime stays readable until {@link #close}. A second call
     * does nothing.
     *
     * @throws IllegalStateException while a native call uses a segment: nothing has happened then, and it can be tried
     *     again
     */
    public synchronized void endSegments() {
        if (!scope.scope().isAlive()) {
            return;
        }
        try {
            scope.close();
            ending = false;
        } catch (IllegalStateException inUse) {
            ending = true;
            throw new IllegalStateException(
                    ("the memory of the allocator, up to %d bytes, can't be given back while a native call uses a"
                                    + " segment of it; let the call return and close again")
                            .formatted(limitBytes()),
                    inUse);
        }
    }

    /** Whether the last call of {@link #endSegments} failed. */
    public synchronized boolean isEnding() {
        return ending;
    }

    /**
     * Makes the segments unusable, if they are not yet, and gives all memory back; a second call does nothing. The
     * caller has made sure that no thread writes through {@link Words} any more.
     */
    @Override
    public synchronized void close() {
        endSegments();
        if (mapping.scope().isAlive()) {
            mapping.close();
        }
    }

    /** Closes an arena that was never used: its addresses are given back, too. */
    public void abandon() {
        ranges.abandon();
        close();
    }
}
