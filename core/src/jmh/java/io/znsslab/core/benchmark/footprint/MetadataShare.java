package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;

/**
 * Bytes of book-keeping per byte of slabs. It is measured from outside: an arena is filled, and the growth of the
 * process's resident memory is compared with that of the arena's.
 *
 * <p>Needs a heap that is wholly resident from the start ({@code -XX:+AlwaysPreTouch}). A first arena is filled and
 * thrown away, so that the growth from compiling and class loading is not counted.
 */
final class MetadataShare {
    private static final long LIMIT_BYTES = 1L << 30;

    private MetadataShare() {}

    static double measure() {
        fill();
        return fill();
    }

    private static double fill() {
        System.gc();
        long processBefore = SlabAllocator.processRssBytes();
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(LIMIT_BYTES).build()) {
            long answer;
            do {
                answer = allocator.allocate(ObjectSize.PAYLOAD_BYTES, allocator.currentEpoch());
            } while (Handle.isHandle(answer));
            if (answer != Handle.ARENA_FULL) {
                throw new IllegalStateException(
                        "the arena was to be filled, but the answer was 0x%x".formatted(answer));
            }
            long arena = allocator.arenaUsage().rssBytes();
            long process = SlabAllocator.processRssBytes() - processBefore;
            return (double) (process - arena) / arena;
        }
    }
}
