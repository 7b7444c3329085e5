package io.znsslab.core.benchmark.contestant;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * This project's allocator. Every access goes through {@link SlabAllocator#resolve}, which checks the handle; a free
 * that reports stale is an error here.
 */
public final class SlabMemory implements ObjectMemory {
    private final SlabAllocator allocator;
    private final boolean requestsAsArena;
    private final long epoch;

    /**
     * Takes over an open allocator.
     *
     * @param requestsAsArena whether requests use the domain's segments instead of handles
     */
    public SlabMemory(SlabAllocator allocator, boolean requestsAsArena) {
        this.allocator = allocator;
        this.requestsAsArena = requestsAsArena;
        this.epoch = allocator.currentEpoch();
    }

    /** The allocator, for figures that no other contestant has. */
    public SlabAllocator allocator() {
        return allocator;
    }

    @Override
    public Places places(int count) {
        return new Handles(allocator, epoch, count);
    }

    @Override
    public RequestServer requestServer() {
        return requestsAsArena ? new ArenaRequests(allocator) : new HandleRequests(allocator);
    }

    @Override
    public void close() {
        allocator.close();
    }

    private static final class Handles implements Places {
        private final SlabAllocator allocator;
        private final long epoch;
        private final long[] handles;

        Handles(SlabAllocator allocator, long epoch, int count) {
            this.allocator = allocator;
            this.epoch = epoch;
            this.handles = new long[count];
        }

        @Override
        public void allocate(int place, int bytes) {
            long handle = allocator.allocate(bytes, epoch);
            if (!Handle.isHandle(handle)) {
                throw new IllegalStateException(
                        "%d bytes in epoch %d: answer 0x%x instead of a handle".formatted(bytes, epoch, handle));
            }
            handles[place] = handle;
        }

        @Override
        public void free(int place) {
            free(handles[place]);
        }

        private void free(long handle) {
            if (!allocator.free(handle)) {
                throw new IllegalStateException("0x%x was live and its free reports stale".formatted(handle));
            }
        }

        @Override
        public void allocateAndFree(int bytes) {
            free(allocator.allocate(bytes, epoch));
        }

        @Override
        public void write(int place, long value) {
            allocator.resolve(handles[place]).set(ValueLayout.JAVA_LONG, 0, value);
        }

        @Override
        public long read(int place) {
            return allocator.resolve(handles[place]).get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private static final class HandleRequests implements RequestServer {
        private final SlabAllocator allocator;
        private long[] handles = new long[0];

        HandleRequests(SlabAllocator allocator) {
            this.allocator = allocator;
        }

        @Override
        public long serve(int[] sizes, int from, int objects) {
            if (handles.length < objects) {
                handles = new long[objects];
            }
            long[] own = handles;
            long sum = 0;
            try (EpochDomain request = allocator.openDomain(Disposition.DISCARD)) {
                for (int object = 0; object < objects; object++) {
                    long handle = request.allocateHandle(sizes[from + object]);
                    allocator.resolve(handle).set(ValueLayout.JAVA_LONG, 0, object);
                    own[object] = handle;
                }
                for (int object = 0; object < objects; object++) {
                    sum += allocator.resolve(own[object]).get(ValueLayout.JAVA_LONG, 0);
                }
            }
            if (allocator.resolve(own[0]) != null || allocator.resolve(own[objects - 1]) != null) {
                throw new IllegalStateException("a handle resolves after its domain was closed");
            }
            return sum;
        }
    }

    private record ArenaRequests(SlabAllocator allocator) implements RequestServer {
        @Override
        public long serve(int[] sizes, int from, int objects) {
            MemorySegment[] own = new MemorySegment[objects];
            long sum = 0;
            try (EpochDomain request = allocator.openDomain(Disposition.DISCARD)) {
                for (int object = 0; object < objects; object++) {
                    MemorySegment segment = request.allocate(sizes[from + object], Long.BYTES);
                    segment.set(ValueLayout.JAVA_LONG, 0, object);
                    own[object] = segment;
                }
                for (int object = 0; object < objects; object++) {
                    sum += own[object].get(ValueLayout.JAVA_LONG, 0);
                }
            }
            return sum;
        }
    }
}
