package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fills a kernel's zoned device with slabs, reads some, releases all, and goes on until every zone was used again. */
final class TierRoundTrip {
    private static final int SLABS = 800;

    private TierRoundTrip() {}

    static void on(ZonedDevice device) {
        long capacity = device.report().stream()
                .mapToLong(ZoneDescriptor::capacityBytes)
                .sum();
        int rounds = (int) (5 * capacity / (4 * 4096 * SLABS)) + 1;
        ZnsTier tier = ZnsTier.builder(device).force(true).open();
        try (TestSlabs slabs = new TestSlabs(4096);
                tier) {
            tier.attach(slabs);
            for (int round = 0; round < rounds; round++) {
                demote(tier, slabs);
                readSomeAndReleaseAll(tier, slabs);
            }
        }
        TierStatistics statistics = tier.statistics();
        assertThat(statistics.slabsDemoted()).isEqualTo((long) SLABS * rounds);
        assertThat(statistics.liveSlabs()).isZero();
        assertThat(statistics.zones().resets()).isPositive();
        assertThat(statistics.reads().corruptSlabs()).isZero();
        assertThat(statistics.reads().failedReads()).isZero();
    }

    private static void demote(ZnsTier tier, TestSlabs slabs) {
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int size : new int[] {SLABS / 2, SLABS / 2 - 1, 1}) {
            futures.add(tier.demote(slabs.batch(size)));
        }
        futures.forEach(CompletableFuture::join);
        assertThat(slabs.cold).hasSize(SLABS);
    }

    private static void readSomeAndReleaseAll(ZnsTier tier, TestSlabs slabs) {
        for (long slabId : List.copyOf(slabs.cold.keySet())) {
            // Removed from the map first: a slab that is not in it is not relocated any more.
            TestSlabs.Slab slab = slabs.cold.remove(slabId);
            if (slab.slabId() % 17 == 0) {
                MemorySegment destination = Arena.ofAuto().allocate(4096, 4096);
                tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination)
                        .join();
                assertThat(destination.asSlice(64).mismatch(slab.page().asSlice(64)))
                        .isEqualTo(-1);
            }
            tier.release(slab.slabId(), slab.location());
        }
    }
}
