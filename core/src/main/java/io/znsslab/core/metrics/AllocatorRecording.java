package io.znsslab.core.metrics;

import io.znsslab.core.SlabAllocator;
import java.util.List;
import java.util.Objects;
import jdk.jfr.FlightRecorder;

/**
 * Gives an allocator's figures to Java Flight Recorder for as long as it is open: the events {@code io.znsslab.Arena}
 * and {@code io.znsslab.SizeClass} (one for each class), by default every 10 s while a recording runs. Thread-safe.
 *
 * <pre>{@code
 * try (var recording = AllocatorRecording.of("orders", allocator)) { ... }
 * }</pre>
 *
 * <p>Close it before the allocator.
 */
public final class AllocatorRecording implements AutoCloseable {
    private final String name;
    private final SlabAllocator allocator;
    private final Runnable arena = this::commitArena;
    private final Runnable sizeClasses = this::commitSizeClasses;
    private boolean open = true;

    private AllocatorRecording(String name, SlabAllocator allocator) {
        this.name = name;
        this.allocator = allocator;
    }

    /**
     * Begins to record.
     *
     * @param name stands in each event, to tell allocators apart
     */
    public static AllocatorRecording of(String name, SlabAllocator allocator) {
        AllocatorRecording recording = new AllocatorRecording(
                Objects.requireNonNull(name, "name must not be null"),
                Objects.requireNonNull(allocator, "allocator must not be null"));
        FlightRecorder.addPeriodicEvent(ArenaEvent.class, recording.arena);
        FlightRecorder.addPeriodicEvent(SizeClassEvent.class, recording.sizeClasses);
        return recording;
    }

    // Synchronized with close, after which the allocator may be gone.
    private synchronized void commitArena() {
        if (open) {
            ArenaEvent.of(name, allocator).commit();
        }
    }

    private synchronized void commitSizeClasses() {
        if (!open) {
            return;
        }
        List<Integer> slotBytes = allocator.sizeClasses();
        for (int sizeClass = 0; sizeClass < slotBytes.size(); sizeClass++) {
            SizeClassEvent.of(name, slotBytes.get(sizeClass), allocator.counters(sizeClass))
                    .commit();
        }
        SizeClassEvent.of(name, SizeClassEvent.PACKED, allocator.packedCounters())
                .commit();
    }

    /** Ends it: when this returns, the allocator is not asked any more. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            FlightRecorder.removePeriodicEvent(arena);
            FlightRecorder.removePeriodicEvent(sizeClasses);
        }
    }
}
