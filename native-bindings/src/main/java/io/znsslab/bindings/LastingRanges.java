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
 * The ranges of one user of {@link NativeWords}. What is mapped of them stays mapped as long as this process lives:
 * when the user's arena is closed their pages go back to the kernel and their segments can't be used any more, but
 * their addresses stay readable, as zeroes, until the next user gets them.
 *
 * <p>That is another user of the same shape, which gets all of them, each in its place. So an access that comes late,
 * even one that follows what it reads in one range into another, finds memory there, and harms nobody as long as it
 * only reads.
 *
 * <p>The number of ranges that are kept is, for each shape, the largest number that was ever in use at a time. A user
 * that comes to nothing leaves none ({@link #abandon}). Thread-safe.
 */
public final class LastingRanges {
    private static final Map<Object, ArrayDeque<Map<Place, LastingRange>>> PARKED = new HashMap<>();

    private final Object shape;
    private final Arena arena;
    private final Map<Place, LastingRange> ranges;
    private final List<LastingRange> inUse = new ArrayList<>();
    private boolean abandoned;

    private record Place(int index, long bytes, long pieceBytes, boolean readable) {}

    /**
     * No ranges yet.
     *
     * @param shape equal for all users that may follow each other: those that read offsets into one range out of
     *     another within the same bounds
     * @param arena the user's life
     */
    public LastingRanges(Object shape, Arena arena) {
        this.shape = shape;
        this.arena = arena;
        // closes with the arena, after which no segment of it can be used
        var _ = MemorySegment.NULL.reinterpret(arena, _ -> leave());
        this.ranges = takeParked(shape);
    }

    private static Map<Place, LastingRange> takeParked(Object shape) {
        synchronized (PARKED) {
            ArrayDeque<Map<Place, LastingRange>> parked = PARKED.get(shape);
            return parked == null || parked.isEmpty() ? new HashMap<>() : parked.removeLast();
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
     * The user's next range, of which nothing is mapped or can be read before {@link LastingRange#map}; pieces are
     * multiples of the page size.
     */
    public LastingRange reserveSparse(long bytes, long pieceBytes) {
        return reserve(bytes, pieceBytes, false);
    }

    /**
     * The user's next range, which can be read and not written before {@link LastingRange#map}; pieces are multiples of
     * the page size.
     *
     * @throws NativeException when the kernel refuses
     */
    public LastingRange reserveReadable(long bytes, long pieceBytes) {
        return reserve(bytes, pieceBytes, true);
    }

    /** A range's addresses, bound to the user's life. */
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

    /**
     * Has everything unmapped when the arena is closed, of a user that did not come into being: nothing is read late.
     */
    public synchronized void abandon() {
        abandoned = true;
    }

    private synchronized void leave() {
        if (abandoned) {
            ranges.values().forEach(LastingRange::unmap);
            return;
        }
        inUse.forEach(LastingRange::giveBack);
        synchronized (PARKED) {
            PARKED.computeIfAbsent(shape, _ -> new ArrayDeque<>()).addLast(ranges);
        }
    }
}
