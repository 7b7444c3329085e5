package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.SlabMovedException;
import io.znsslab.tier.staging.StagingBuffers;
import io.znsslab.tier.uring.RingSettings;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Reads many slabs for a thread that waits for all of them: images that are adjacent on the device by one transfer, a
 * few transfers at a time. Where a transfer fails, its slabs are read one by one, so that a damaged block costs the
 * slab that it is in and no other. Thread-safe; threads take turns.
 */
public final class RunReader implements AutoCloseable {
    /** Transfers in flight. */
    private static final int DEPTH = 4;
    /** What a transfer reads at most. */
    private static final int MOST_BYTES = 512 << 10;

    private final ReadSource source;
    private final WaitingReader single;
    private final SlabImageLayout layout;
    private final int slabLocations;
    private final int slabsOfARun;
    private final ReentrantLock turn = new ReentrantLock();

    // Opened with the first read.
    private StagingBuffers buffers;
    private IoQueue queue;
    private final ArrayDeque<Run> free = new ArrayDeque<>();
    private boolean closed;

    /** @param single reads what can't be read together with others */
    public RunReader(ReadSource source, WaitingReader single) {
        this.source = source;
        this.single = single;
        layout = new SlabImageLayout(source.identity(), source.shape());
        slabLocations = source.slabBytes() / SealedBlock.LOCATION_BYTES;
        slabsOfARun = slabsOfARun(source.device(), source.slabBytes());
    }

    private static int slabsOfARun(ZonedDevice device, int slabBytes) {
        return Math.min(MOST_BYTES, device.geometry().maxTransferBytes()) / slabBytes;
    }

    /** Bytes off the heap that a reader takes at most. */
    public static long memoryBytes(ZonedDevice device, int slabBytes) {
        return (long) DEPTH * slabsOfARun(device, slabBytes) * slabBytes + RingSettings.memoryBytes(DEPTH);
    }

    /** Reads slabs; see {@link io.znsslab.core.cold.ColdTier#readAll}. */
    public void read(
            long[] slabIds, int[] sizeClasses, long[] locations, MemorySegment destination, Throwable[] failures) {
        Wanted wanted = new Wanted(slabIds, sizeClasses, locations, destination, failures);
        turn.lock();
        try {
            if (closed) {
                throw new ZnsSlabException("the tier on " + source.device().name() + " is closed");
            }
            List<Integer> alone = slabsOfARun < 2 ? wanted.all() : readRuns(wanted);
            alone.forEach(index -> readAlone(wanted, index));
        } finally {
            turn.unlock();
        }
    }

    /** What a caller wants to have read. */
    private static final class Wanted {
        final long[] slabIds;
        final int[] sizeClasses;
        final long[] locations;
        final MemorySegment destination;
        final Throwable[] failures;

        Wanted(long[] slabIds, int[] sizeClasses, long[] locations, MemorySegment destination, Throwable[] failures) {
            this.slabIds = slabIds;
            this.sizeClasses = sizeClasses;
            this.locations = locations;
            this.destination = destination;
            this.failures = failures;
        }

        List<Integer> all() {
            return IntStream.range(0, slabIds.length).boxed().toList();
        }
    }

    private void readAlone(Wanted wanted, int index) {
        try {
            single.read(
                    wanted.slabIds[index],
                    wanted.sizeClasses[index],
                    wanted.locations[index],
                    wanted.destination.asSlice((long) index * source.slabBytes(), source.slabBytes()));
            wanted.failures[index] = null;
        } catch (ZnsSlabException e) {
            wanted.failures[index] = e;
        }
    }

    /** Reads in runs; returns the slabs that could not be read that way. */
    private List<Integer> readRuns(Wanted wanted) {
        open();
        List<Integer> alone = new ArrayList<>();
        boolean sound = false;
        try {
            int next = 0;
            while (next < wanted.slabIds.length || queue.inFlight() > 0) {
                while (next < wanted.slabIds.length && !free.isEmpty()) {
                    next = begin(wanted, next, alone);
                }
                if (queue.inFlight() > 0) {
                    queue.await();
                }
            }
            sound = true;
            return alone;
        } finally {
            if (!sound) {
                // The ring failed: the kernel may still write into the buffers, so that they are never used or freed.
                free.clear();
                queue = null;
                buffers = null;
            }
        }
    }

    private void open() {
        if (queue != null) {
            return;
        }
        StagingBuffers opened = new StagingBuffers(DEPTH, slabsOfARun * source.slabBytes());
        try {
            // Threads take turns.
            queue = source.device().openQueue(new IoQueueSettings(DEPTH, false, false, List.of(opened.memory())));
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
        buffers = opened;
        for (int index = 0; index < DEPTH; index++) {
            free.add(new Run(index));
        }
    }

    /** Begins to read the run that starts with that slab; returns the slab behind the run. */
    private int begin(Wanted wanted, int first, List<Integer> alone) {
        long location = wanted.locations[first];
        long bound = source.device().geometry().sizeBytes() / SealedBlock.LOCATION_BYTES;
        if (location < 0 || location >= bound) {
            // Refused with the message that a single read has for it.
            alone.add(first);
            return first + 1;
        }
        int zone = source.table().zoneOf(location);
        int end = first + 1;
        while (end < wanted.slabIds.length
                && end - first < slabsOfARun
                && wanted.locations[end] == wanted.locations[end - 1] + slabLocations
                && wanted.locations[end] < bound
                && source.table().zoneOf(wanted.locations[end]) == zone) {
            end++;
        }
        if (!source.table().beginRead(zone)) {
            for (int index = first; index < end; index++) {
                wanted.failures[index] =
                        new SlabMovedException(source.device().name(), wanted.slabIds[index], wanted.locations[index]);
            }
            return end;
        }
        free.remove().begin(wanted, first, end, zone, alone);
        return end;
    }

    /** A transfer of adjacent images. */
    private final class Run extends IoRequest {
        private final int buffer;
        private Wanted wanted;
        private int first;
        private int end;
        private int zone;
        private List<Integer> alone;

        Run(int buffer) {
            this.buffer = buffer;
        }

        void begin(Wanted slabs, int from, int to, int inZone, List<Integer> leftAlone) {
            wanted = slabs;
            first = from;
            end = to;
            zone = inZone;
            alone = leftAlone;
            long bytes = (long) (to - from) * source.slabBytes();
            read(
                    slabs.locations[from] * SealedBlock.LOCATION_BYTES,
                    buffers.buffer(buffer).asSlice(0, bytes));
            queue.submit(this);
        }

        @Override
        protected void completed(DeviceException failure) {
            for (int index = first; index < end; index++) {
                if (failure == null) {
                    take(index);
                } else {
                    alone.add(index);
                }
            }
            source.table().endRead(zone);
            wanted = null;
            alone = null;
            free.add(this);
        }

        private void take(int index) {
            int slabBytes = source.slabBytes();
            int at = (index - first) * slabBytes;
            source.counters().bytesRead.add(slabBytes);
            Mismatch mismatch = layout.check(
                    buffers.view(buffer),
                    at,
                    wanted.locations[index],
                    source.table().incarnation(zone),
                    wanted.slabIds[index],
                    wanted.sizeClasses[index]);
            if (mismatch != null) {
                source.counters().corruptSlabs.increment();
                StoreEvents.checksumFailed(source.device().name(), zone, wanted.slabIds[index], mismatch.explanation());
                wanted.failures[index] = new CorruptSlabException(
                        source.device().name(), wanted.slabIds[index], wanted.locations[index], mismatch);
                return;
            }
            wanted.failures[index] = null;
            MemorySegment.copy(buffers.buffer(buffer), at, wanted.destination, (long) index * slabBytes, slabBytes);
            source.counters().slabsRead.increment();
        }
    }

    /** Waits for the read under way. Reads that come later fail. */
    @Override
    public void close() {
        turn.lock();
        try {
            closed = true;
            if (queue != null) {
                queue.close();
                buffers.close();
                queue = null;
            }
        } finally {
            turn.unlock();
        }
    }
}
