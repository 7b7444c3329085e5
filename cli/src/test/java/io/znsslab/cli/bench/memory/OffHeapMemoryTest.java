package io.znsslab.cli.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Memory that is counted is not the Java heap's. */
class OffHeapMemoryTest {
    private static final int BYTES = 96 << 20;

    @Test
    void memoryOfTheHeapIsNotCountedAndOtherMemoryIs() {
        long before = OffHeapMemory.residentBytes();
        byte[] onHeap = new byte[BYTES];
        Arrays.fill(onHeap, (byte) 1);
        assertThat(OffHeapMemory.residentBytes() - before).isBetween(-BYTES / 4L, BYTES / 4L);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment offHeap = arena.allocate(BYTES).fill((byte) 1);
            assertThat(OffHeapMemory.residentBytes() - before).isBetween(BYTES * 3L / 4, BYTES * 5L / 4);
            assertThat(offHeap.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo(onHeap[0]);
        }
    }
}
