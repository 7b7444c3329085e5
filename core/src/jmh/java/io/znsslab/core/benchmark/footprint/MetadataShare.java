package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;

/**
 * Bytes of book-keeping by byte of slabs, looked at from outside: what filling an arena adds to the process's resident
 * memory, over what it adds to the arena's.
 *
 * <p>Needs a heap that is resident as a whole from the start ({@code -XX:+AlwaysPreTouch}). A first arena, thrown away,
 * takes with it what compiling and loading add.
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
