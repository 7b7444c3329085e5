package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.LogKeepingDevice;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a store that was found on its device keeps on the heap: by the difference between two sizes, so that what all
 * stores have does not count.
 */
@Timeout(240)
class HeapAfterRecoveryIT {
    private static final int PAYLOAD_BYTES = 4000;
    private static final int EPOCH_SLABS = 1 << 14;
    private static final int FEW = 1 << 18;
    private static final int MANY = 1 << 20;
    private static final int MOST_BYTES_A_SLAB = 8;

    @Test
    void aSlabTakesAtMostEightBytes() {
        long ofFew = heapHeldAfterRecovery(FEW);
        long ofMany = heapHeldAfterRecovery(MANY);

        assertThat((double) (ofMany - ofFew) / (MANY - FEW)).isLessThan(MOST_BYTES_A_SLAB);
    }

    private static long heapHeldAfterRecovery(int slabs) {
        LogKeepingDevice device = new LogKeepingDevice(FileGeometry.of(64 << 20, 160), 8);
        try {
            fill(device, slabs);
            long before = heap();
            ZnsTier tier = ZnsTier.builder(device).open();
            try (SlabAllocator _ = build(tier)) {
                long held = heap() - before;
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

    private static void fill(LogKeepingDevice device, int slabs) {
        try (SlabAllocator store = build(ZnsTier.builder(device).open())) {
            store.closeEpoch(store.currentEpoch(), Disposition.RECLAIM).join();
            CompletableFuture<?> before = CompletableFuture.completedFuture(null);
            for (int done = 0; done < slabs; done += EPOCH_SLABS) {
                long epoch = store.advanceEpoch();
                for (int i = 0; i < EPOCH_SLABS; i++) {
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
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
