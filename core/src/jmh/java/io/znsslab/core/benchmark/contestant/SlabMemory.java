package io.znsslab.core.benchmark.contestant;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** This project's allocator. Every access by handle checks the handle; a free that reports stale is an error here. */
public final class SlabMemory implements ObjectMemory {
    private final SlabAllocator allocator;
    private final RequestStyle requestStyle;
    private final long epoch;

    /** How requests reach their objects. */
    enum RequestStyle {
        /** By handles, each of which is resolved to a segment for every access. */
        SEGMENTS,
        /** By handles and offsets, without a segment. */
        PRIMITIVES,
        /** By the domain's own segments: zeroed, bound to the domain's life. */
        ARENA
    }

    /** Takes over an open allocator. */
    SlabMemory(SlabAllocator allocator, RequestStyle requestStyle) {
        this.allocator = allocator;
        this.requestStyle = requestStyle;
        this.epoch = allocator.currentEpoch();
    }

    @Override
    public Places places(int count) {
        return new Handles(allocator, epoch, count);
    }

    @Override
    public RequestServer requestServer() {
        return switch (requestStyle) {
            case SEGMENTS -> new SegmentRequests(allocator);
            case PRIMITIVES -> new PrimitiveRequests(allocator);
            case ARENA -> new ArenaRequests(allocator);
        };
    }

    /** {@inheritDoc} Here an epoch is demoted; the allocator needs a tier for that. */
    @Override
    public Runnable demotions(int objects, int bytes) {
        long[] handles = new long[objects];
        return () -> {
            long demoted = allocator.advanceEpoch();
            for (int object = 0; object < objects; object++) {
                handles[object] = allocator.allocate(bytes, demoted);
                allocator.setLong(handles[object], 0, object);
            }
            EpochClosing closing =
                    allocator.closeEpoch(demoted, Disposition.DEMOTE).join();
            if (closing.slabsDemoted() == 0) {
                throw new IllegalStateException("nothing was demoted: " + closing);
            }
            for (long handle : handles) {
                if (!allocator.free(handle)) {
                    throw new IllegalStateException("0x%x was demoted and its free reports stale".formatted(handle));
                }
            }
        };
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

    /** Requests whose objects are named by handles; each access checks its handle. */
    private abstract static class HandleRequests implements RequestServer {
        final SlabAllocator allocator;
        private long[] handles = new long[0];

        HandleRequests(SlabAllocator allocator) {
            this.allocator = allocator;
        }

        @Override
        public final long serve(int[] sizes, int from, int objects) {
            if (handles.length < objects) {
                handles = new long[objects];
            }
            long[] own = handles;
            long sum = 0;
            try (EpochDomain request = allocator.openDomain(Disposition.DISCARD)) {
                for (int object = 0; object < objects; object++) {
                    long handle = request.allocateHandle(sizes[from + object]);
                    write(handle, object);
                    own[object] = handle;
                }
                for (int object = 0; object < objects; object++) {
                    sum += read(own[object]);
                }
            }
            if (allocator.resolve(own[0]) != null || allocator.resolve(own[objects - 1]) != null) {
                throw new IllegalStateException("a handle resolves after its domain was closed");
            }
            return sum;
        }

        abstract void write(long handle, long value);

        abstract long read(long handle);
    }

    private static final class SegmentRequests extends HandleRequests {
        SegmentRequests(SlabAllocator allocator) {
            super(allocator);
        }

        @Override
        void write(long handle, long value) {
            allocator.resolve(handle).set(ValueLayout.JAVA_LONG, 0, value);
        }

        @Override
        long read(long handle) {
            return allocator.resolve(handle).get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private static final class PrimitiveRequests extends HandleRequests {
        PrimitiveRequests(SlabAllocator allocator) {
            super(allocator);
        }

        @Override
        void write(long handle, long value) {
            allocator.setLong(handle, 0, value);
        }

        @Override
        long read(long handle) {
            return allocator.getLong(handle, 0);
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
