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
 * The ranges of one user of {@link NativeWords}. They stay mapped as long as this process lives: when the user's arena is closed their pages go back to the kernel and their segments can't be
 * used any more, but their addresses stay readable, as zeroes, until the next user gets them.
 *
 * <p>That is another user of the same shape, who gets all of them, each in its place. So an access that comes late, even one that follows what it reads in one range into another, finds
 * memory there, and harms nobody as long as it only reads.
 *
 * <p>The number of ranges that are kept is, for each shape, the largest number that was ever in use at a time. Thread-safe.
 */
public final class LastingRanges {
    private static final Map<Object, ArrayDeque<Map<Place, MemorySegment>>> PARKED = new HashMap<>();

    private final Object shape;
    private final Arena arena;
    private final Map<Place, MemorySegment> ranges;
    private final List<MemorySegment> inUse = new ArrayList<>();

    private record Place(int index, long bytes) {}

    /**
     * No ranges yet.
     *
     * @param shape equal for all users who may follow each other: who read offsets into one range out of another within the same bounds
     * @param arena the user's life
     */
    public LastingRanges(Object shape, Arena arena) {
        this.shape = shape;
        this.arena = arena;
        this.ranges = takeParked(shape);
        // closes with the arena, after which no segment of it can be used
        var _ = MemorySegment.NULL.reinterpret(arena, _ -> park());
    }

    private static Map<Place, MemorySegment> takeParked(Object shape) {
        synchronized (PARKED) {
            ArrayDeque<Map<Place, MemorySegment>> parked = PARKED.get(shape);
            return parked == null || parked.isEmpty() ? new HashMap<>() : parked.removeLast();
        }
    }

    /**
     * Reserves the user's next range, as {@link AddressSpace#reserve} does.
     *
     * @throws NativeException when the kernel refuses
     */
    public synchronized MemorySegment reserve(long bytes) {
        MemorySegment range = ranges.computeIfAbsent(
                new Place(inUse.size(), bytes), _ -> AddressSpace.reserve(bytes, Arena.global()));
        inUse.add(range);
        return range.reinterpret(arena, null);
    }

    private synchronized void park() {
        for (MemorySegment range : inUse) {
            AddressSpace.giveBack(range, 0, range.byteSize());
        }
        synchronized (PARKED) {
            PARKED.computeIfAbsent(shape, _ -> new ArrayDeque<>()).addLast(ranges);
        }
    }
}
