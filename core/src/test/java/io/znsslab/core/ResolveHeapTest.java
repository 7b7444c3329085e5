package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ResolveHeapTest {
    private static final int OBJECTS = 100;
    private static final int ROUNDS = 10_000;
    // of 16 bytes at least, if each resolved handle took one object
    private static final long LESS_THAN_AN_OBJECT_EACH = (long) ROUNDS * OBJECTS;

    private static long sum(SlabAllocator allocator, long[] handles) {
        long sum = 0;
        for (long handle : handles) {
            MemorySegment payload = allocator.resolve(handle);
            sum += payload == null ? 1 : payload.get(ValueLayout.JAVA_LONG, 0);
        }
        return sum;
    }

    @Test
    void resolvingTakesNothingFromTheHeapOnceItIsCompiledAlsoWhereSomeHandlesAreStale() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SlabAllocator allocator = SlabAllocator.builder().build()) {
            long[] handles = new long[OBJECTS];
            for (int object = 0; object < OBJECTS; object++) {
                handles[object] = allocator.allocate(64, allocator.currentEpoch());
                allocator.resolve(handles[object]).set(ValueLayout.JAVA_LONG, 0, 1);
            }
            for (int object = 0; object < OBJECTS; object += 10) {
                allocator.free(handles[object]);
            }

            boolean right = true;
            long allocated = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 50 && allocated >= LESS_THAN_AN_OBJECT_EACH; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int round = 0; round < ROUNDS; round++) {
                    right &= sum(allocator, handles) == OBJECTS;
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }

            assertThat(right).isTrue();
            assertThat(allocated).as("bytes for %d handles", ROUNDS * OBJECTS).isLessThan(LESS_THAN_AN_OBJECT_EACH);
        }
    }
}
