package io.znsslab.cli.bench.tier;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What no demotion can do without, and fio does not do: data from all over the memory is copied to where it is written
 * from, and a checksum taken of each slab.
 */
final class BareCopy {
    private static final long SOURCE_BYTES = 256L << 20;

    private BareCopy() {}

    /** Processor time for one block, in nanoseconds, when a loop does nothing else. */
    static double cpuNanosPerBlock(int blockBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(SOURCE_BYTES, ColdStore.SLAB_BYTES);
            MemorySegment block = arena.allocate(blockBytes, ColdStore.SLAB_BYTES);
            // Touched, and the loop warmed up.
            pass(source.fill((byte) 1), block);
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            pass(source, block);
            long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            return used / ((double) SOURCE_BYTES / blockBytes);
        }
    }

    private static void pass(MemorySegment source, MemorySegment block) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = block.asByteBuffer();
        for (long slab = 0; slab < SOURCE_BYTES; slab += ColdStore.SLAB_BYTES) {
            int at = (int) (slab % block.byteSize());
            MemorySegment.copy(source, slab, block, at, ColdStore.SLAB_BYTES);
            crc.update(view.limit(at + ColdStore.SLAB_BYTES).position(at));
            view.clear();
        }
        if (crc.getValue() == 0) {
            throw new IllegalStateException("the checksum of " + SOURCE_BYTES + " bytes is 0");
        }
    }
}
