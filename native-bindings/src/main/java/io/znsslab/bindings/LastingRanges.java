package io.znsslab.bindings;

import io.znsslab.bindings.words.NativeWords;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ranges of one user of {@link NativeWords}. A mapped page of them stays mapped as long as this process lives: when
 * the user's arena is closed, the pages go back to the kernel and the segments can't be used any more, but the
 * addresses stay readable, as zeroes, until the next user gets them.
 *
 * <p>The next user has the same shape and gets all the ranges, each in the same role. So a late access, even one that
 * follows an offset read in one range into another, finds memory there, and does no harm as long as it only reads.
 *
 * <p>For each shape, as many ranges are kept as were ever in use at the same time. A user whose construction fails
 * leaves none ({@link #abandon}). Thread-safe.
 */
public final class LastingRanges {
    private static final Map<Object, ArrayDeque<Map<Place, LastingRange>>> KEPT = new HashMap<>();

    private final Object shape;
    private final Arena arena;
    private final Map<Place, LastingRange> ranges;
    private final List<LastingRange> inUse = new ArrayList<>();
    private boolean abandoned;

    private record Place(int index, long bytes, long pieceBytes, boolean readable) {}

    /**
     * Makes a user without ranges.
     *
     * @param shape equal for all users that may follow each other: those that read offsets into one range out of
     *     another within the same bounds
     * @param arena the user's lifetime
     */
    public LastingRanges(Object shape, Arena arena) {
        this.shape = shape;
        this.arena = arena;
        // Closes with the arena, and no segment of it can be used afterwards.
        var _ = MemorySegment.NULL.reinterpret(arena, _ -> leave());
        this.ranges = takeParked(shape);
    }

    private static Map<Place, LastingRange> takeParked(Object shape) {
        synchronized (KEPT) {
            ArrayDeque<Map<Place, LastingRange>> kept = KEPT.get(shape);
            return kept == null || kept.isEmpty() ? new HashMap<>() : kept.removeLast();
        }
    }

    /**
     * The user's next range, mapped as a whole.
     *
     * @throws NativeException when the kernel refuses
     */
    public MemorySegment reserve(long bytes) {
        LastingRange range = reserve(bytes, bytes, false);
        range.map(0, bytes);
        return segmentOf(range);
    }

    /**
     * The user's next range, no piece of which is mapped or readable before {@link LastingRange#map}; pieces are
     * multiples of the page size.
     */
    public LastingRange reserveSparse(long bytes, long pieceBytes) {
        return reserve(bytes, pieceBytes, false);
    }

    /**
     * The user's next range, which can be read but not written before {@link LastingRange#map}; pieces are multiples of
     * the page size.
     *
     * @throws NativeException when the kernel refuses
     */
    public LastingRange reserveReadable(long bytes, long pieceBytes) {
        return reserve(bytes, pieceBytes, true);
    }

    /** A range's segment, bound to the user's arena. */
    public MemorySegment segmentOf(LastingRange range) {
        return range.whole().reinterpret(arena, null);
    }

    private synchronized LastingRange reserve(long bytes, long pieceBytes, boolean readable) {
        LastingRange range = ranges.computeIfAbsent(
                new Place(inUse.size(), bytes, pieceBytes, readable),
                _ -> readable ? LastingRange.readable(bytes, pieceBytes) : LastingRange.sparse(bytes, pieceBytes));
        inUse.add(range);
        return range;
    }

    /** Makes the arena's close unmap everything. For a user whose construction failed: no late read can follow. */
    public synchronized void abandon() {
        abandoned = true;
    }

    private synchronized void leave() {
        if (abandoned) {
            ranges.values().forEach(LastingRange::unmap);
            return;
        }
        inUse.forEach(LastingRange::giveBack);
        synchronized (KEPT) {
            KEPT.computeIfAbsent(shape, _ -> new ArrayDeque<>()).addLast(ranges);
        }
    }
}
