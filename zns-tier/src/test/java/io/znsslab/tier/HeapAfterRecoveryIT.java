package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The heap that a recovered store occupies, measured as the difference between two sizes, so that the fixed cost of a
 * store is not counted.
 */
@Timeout(240)
class HeapAfterRecoveryIT {
    private static final int PAYLOAD_BYTES = 4000;
    private static final int MOST_BYTES_A_SLAB = 8;
    private static final int MOST_COLLECTIONS = 20;
    private static final int NOISE_BYTES = 10_000;

    @ParameterizedTest(name = "epochs of {0} slabs")
    @CsvSource({"16384, 262144, 1048576", "64, 65536, 327680"})
    void aSlabTakesAtMostEightBytes(int epochSlabs, int few, int many) {
        // Classes, and a thread's records of stores that it has used, are on the heap from the beginning.
        heapHeldAfterRecovery(few, epochSlabs);
        long ofFew = heapHeldAfterRecovery(few, epochSlabs);
        long ofMany = heapHeldAfterRecovery(many, epochSlabs);

        assertThat((double) (ofMany - ofFew) / (many - few)).isLessThan(MOST_BYTES_A_SLAB);
    }

    private static long heapHeldAfterRecovery(int slabs, int epochSlabs) {
        LogKeepingDevice device = new LogKeepingDevice(FileGeometry.of(64 << 20, 160), 8);
        try {
            fillInAThreadOfItsOwn(device, slabs, epochSlabs);
            ZnsTier tier = ZnsTier.builder(device).open();
            try (SlabAllocator _ = build(tier)) {
                long held = heap();
                assertThat(tier.recovery().slabs()).isEqualTo(slabs);
                return held;
            }
        } finally {
            device.forget();
        }
    }

    private static SlabAllocator build(ZnsTier tier) {
        return SlabAllocator.builder()
                .limitBytes(256 << 20)
                .reclamation(Reclamation.KEEP_HOT)
                .sizeClasses(64, PAYLOAD_BYTES + Long.BYTES)
                .coldTier(tier)
                .build();
    }

    /** Runs in a thread of its own, whose records of the stores that it has used disappear with it. */
    private static void fillInAThreadOfItsOwn(LogKeepingDevice device, int slabs, int epochSlabs) {
        CompletableFuture.runAsync(
                        () -> fill(device, slabs, epochSlabs),
                        task -> Thread.ofPlatform().start(task))
                .join();
    }

    private static void fill(LogKeepingDevice device, int slabs, int epochSlabs) {
        try (SlabAllocator store = build(ZnsTier.builder(device).open())) {
            store.closeEpoch(store.currentEpoch(), Disposition.RECLAIM).join();
            CompletableFuture<?> before = CompletableFuture.completedFuture(null);
            for (int done = 0; done < slabs; done += epochSlabs) {
                long epoch = store.advanceEpoch();
                for (int i = 0; i < epochSlabs; i++) {
                    if (!Handle.isHandle(store.allocate(PAYLOAD_BYTES, epoch))) {
                        throw new IllegalStateException("no memory for slab " + i + " of an epoch");
                    }
                }
                before.join();
                before = store.closeEpoch(epoch, Disposition.DEMOTE);
            }
            before.join();
        }
    }

    private static long heap() {
        long before;
        long used = Long.MAX_VALUE;
        int rounds = 0;
        do {
            before = used;
            System.gc();
            used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        } while (++rounds < MOST_COLLECTIONS && (rounds < 3 || before - used > NOISE_BYTES));
        return used;
    }

    /**
     * Keeps the bytes of its first zones, where a store has its log; of the other zones it keeps only the write
     * pointers: so a store of millions of slabs can be opened again.
     */
    private static final class LogKeepingDevice extends NullZonedDevice {
        private final long keptBytes;
        private final Arena arena = Arena.ofShared();
        /** The bytes by offset; guarded by itself. */
        private final TreeMap<Long, MemorySegment> written = new TreeMap<>();

        LogKeepingDevice(FileGeometry shape, int keptZones) {
            super(shape);
            keptBytes = keptZones * shape.zoneBytes();
        }

        @Override
        public void resetZone(int zone) {
            super.resetZone(zone);
            long start = geometry().startOf(zone);
            synchronized (written) {
                written.subMap(start, start + geometry().zoneBytes()).clear();
            }
        }

        @Override
        public void read(long offsetBytes, MemorySegment into) {
            super.read(offsetBytes, into);
            long end = offsetBytes + into.byteSize();
            synchronized (written) {
                Long first = written.floorKey(offsetBytes);
                for (var piece :
                        written.subMap(first == null ? offsetBytes : first, end).entrySet()) {
                    long from = Math.max(offsetBytes, piece.getKey());
                    long to = Math.min(end, piece.getKey() + piece.getValue().byteSize());
                    if (from < to) {
                        MemorySegment.copy(
                                piece.getValue(), from - piece.getKey(), into, from - offsetBytes, to - from);
                    }
                }
            }
        }

        @Override
        public void write(long offsetBytes, MemorySegment from) {
            super.write(offsetBytes, from);
            if (offsetBytes < keptBytes) {
                synchronized (written) {
                    written.put(offsetBytes, arena.allocate(from.byteSize()).copyFrom(from));
                }
            }
        }

        /** Frees the bytes. Closing the device keeps them, so that it can be opened again. */
        void forget() {
            arena.close();
        }
    }
}
