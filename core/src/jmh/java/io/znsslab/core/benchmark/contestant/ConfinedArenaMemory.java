package io.znsslab.core.benchmark.contestant;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The JDK's own arenas: one for each object that is freed alone, or one for a whole request. Only the thread that
 * opened an arena can close it.
 */
final class ConfinedArenaMemory implements ObjectMemory {
    private static final int ALIGNMENT = 8;

    @Override
    public Places places(int count) {
        return new Segments(count);
    }

    @Override
    public RequestServer requestServer() {
        return new Requests();
    }

    @SuppressWarnings("MustBeClosedChecker") // freeing an object closes its arena
    private static final class Segments implements Places {
        private final Arena[] arenas;
        private final MemorySegment[] segments;

        Segments(int count) {
            this.arenas = new Arena[count];
            this.segments = new MemorySegment[count];
        }

        @Override
        public void allocate(int place, int bytes) {
            Arena arena = Arena.ofConfined();
            arenas[place] = arena;
            segments[place] = arena.allocate(bytes, ALIGNMENT);
        }

        @Override
        public void free(int place) {
            arenas[place].close();
        }

        @Override
        public void allocateAndFree(int bytes) {
            try (Arena arena = Arena.ofConfined()) {
                segments[0] = arena.allocate(bytes, ALIGNMENT);
            }
        }

        @Override
        public void write(int place, long value) {
            segments[place].set(ValueLayout.JAVA_LONG, 0, value);
        }

        @Override
        public long read(int place) {
            return segments[place].get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private static final class Requests implements RequestServer {
        @Override
        public long serve(int[] sizes, int from, int objects) {
            MemorySegment[] own = new MemorySegment[objects];
            long sum = 0;
            try (Arena arena = Arena.ofConfined()) {
                for (int object = 0; object < objects; object++) {
                    MemorySegment segment = arena.allocate(sizes[from + object], ALIGNMENT);
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
