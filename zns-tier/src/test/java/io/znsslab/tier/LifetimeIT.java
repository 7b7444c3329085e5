package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Epochs with the same stated lifetime share zones, even small epochs. */
class LifetimeIT {
    private static final int ZONE = 1 << 20;
    private static final int PAYLOAD = 4000;
    private static final int SLABS_OF_AN_EPOCH = 20;

    @TempDir
    Path folder;

    private ZnsTier tier;

    private SlabAllocator open(int zones, int limit) {
        tier = ZnsTier.builder(FileZonedDevice.create(
                        folder.resolve("zones"),
                        FileGeometry.of(ZONE, zones + 2).withLimits(limit, limit)))
                .open();
        return SlabAllocator.builder()
                .limitBytes(64 << 20)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(tier)
                .build();
    }

    private static long[] demoteEpoch(SlabAllocator allocator, Lifetime next) {
        long epoch = allocator.currentEpoch();
        long[] handles = new long[SLABS_OF_AN_EPOCH];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(PAYLOAD, epoch);
        }
        allocator.advanceEpoch("", next);
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handles;
    }

    private static Lifetime ofRound(int round) {
        return round % 2 == 0 ? Lifetime.SHORT : Lifetime.LONG;
    }

    @Test
    void slabsThatDieTogetherLeaveWholeZones() {
        try (SlabAllocator allocator = open(30, 14)) {
            allocator.advanceEpoch("", ofRound(0));
            allocator.closeEpoch(0, Disposition.RECLAIM).join();
            long first = allocator.currentEpoch();
            for (int round = 0; round < 200; round++) {
                demoteEpoch(allocator, ofRound(round + 1));
            }
            for (int round = 0; round < 200; round += 2) {
                allocator.closeEpoch(first + round, Disposition.DISCARD).join();
            }
            // 2,000 slabs of either kind and 100 summaries take nine zones. If the kinds had been mixed, each of
            // seventeen zones would be half dead.
            List<Integer> live = new ArrayList<>();
            tier.zoneMap().zones().stream()
                    .filter(zone -> zone.use() == ZoneUse.SEALED || zone.use() == ZoneUse.OPEN)
                    .filter(zone -> zone.liveSlabs() > 0)
                    .forEach(zone -> live.add(zone.liveSlabs()));
            assertThat(live).hasSize(9);
            assertThat(tier.statistics().collection().slabsRelocated()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 14, 0})
    void aDeviceFullForOneLifetimeGivesTheRoomOfTheOthers(int limit) {
        try (SlabAllocator allocator = open(6, limit)) {
            allocator.advanceEpoch("", Lifetime.LONG);
            List<long[]> all = new ArrayList<>();
            all.add(demoteEpoch(allocator, Lifetime.MEDIUM));
            all.add(demoteEpoch(allocator, Lifetime.SHORT));
            // Demotions may use five zones; four of them would suffice if all epochs were of one kind.
            for (int round = 0; round < 48; round++) {
                all.add(demoteEpoch(allocator, Lifetime.SHORT));
            }
            for (long[] handles : all) {
                for (long handle : handles) {
                    assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
                }
            }
        }
    }
}
