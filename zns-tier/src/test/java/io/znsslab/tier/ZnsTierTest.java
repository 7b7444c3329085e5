package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Demotes batches of slabs, reads them back and releases them. */
class ZnsTierTest extends TierOnAFile {
    @Test
    void aDemotedSlabIsReadBackFromItsLocation() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(10);
            tier.demote(batch).join();

            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.timesHandedOver(i)).isEqualTo(1);
                assertReadable(tier, slabs.cold.get(batch.slabId(i)));
            }
            assertThat(tier.statistics().slabsDemoted()).isEqualTo(10);
            assertThat(tier.statistics().reads().slabsRead()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 0, 0, 4096, 0",
        "4096, 1, 1, 4096, 0",
        "4096, 2, 2, 4096, 0",
        "4096, 3, 4, 512, 2",
        "8192, 14, 14, 4096, 0",
        "65536, 0, 0, 4096, 0"
    })
    void batchesOfAnySizeFindTheirWayOnDevicesOfAnyShape(
            int slabBytes, int open, int active, int block, int conventional) {
        FileGeometry shape = FileGeometry.of(4 << 20, 16)
                .withBlockBytes(block)
                .withZoneCapacityBytes((3 << 20) + block)
                .withConventionalZones(conventional)
                .withLimits(open, active);
        try (TestSlabs shaped = new TestSlabs(slabBytes);
                ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape))
                        .open()) {
            tier.attach(shaped);
            List<TestSlabs.Batch> batches = new ArrayList<>();
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int size : new int[] {0, 1, 2, 99, 100, 101, 1, 1, 250}) {
                TestSlabs.Batch batch = shaped.batch(size * 4096 / slabBytes + Math.min(size, 1));
                batches.add(batch);
                futures.add(tier.demote(batch));
            }
            futures.forEach(CompletableFuture::join);

            int all = 0;
            for (TestSlabs.Batch batch : batches) {
                for (int i = 0; i < batch.size(); i++) {
                    assertThat(batch.timesHandedOver(i)).isEqualTo(1);
                }
                all += batch.size();
            }
            assertThat(shaped.cold).hasSize(all);
            assertThat(shaped.cold.values().stream()
                            .map(TestSlabs.Slab::location)
                            .distinct())
                    .hasSize(all);
            shaped.cold.values().forEach(slab -> assertReadable(tier, slab));
            assertThat(tier.device().report().stream()
                            .filter(zone -> zone.condition().isActive())
                            .count())
                    .isLessThanOrEqualTo(active == 0 ? 5 : active);
        }
    }

    @Test
    void zonesAreWrittenToTheirLastByteAndBecomeFull() {
        try (ZnsTier tier = openTier(SMALL)) {
            tier.demote(slabs.batch(1500)).join();

            ZoneMap map = tier.zoneMap();
            assertThat(map.zones().stream().filter(zone -> zone.use() == ZoneUse.SEALED))
                    .isNotEmpty()
                    .allSatisfy(
                            zone -> assertThat(zone.descriptor().condition()).isEqualTo(ZoneCondition.FULL));
            assertThat(map.zones().stream().mapToInt(ZoneMap.Entry::liveSlabs).sum())
                    .isEqualTo(1500);
            TierStatistics statistics = tier.statistics();
            assertThat(statistics.bytesWritten())
                    .as("bytes counted, log included")
                    .isEqualTo(map.zones().stream()
                            .mapToLong(zone -> zone.descriptor().writtenBytes())
                            .sum());
            assertThat(statistics.hostWriteAmplification()).isBetween(1.0, 1.05);
        }
    }

    @Test
    void aZoneWhoseSlabsAreAllReleasedIsResetAndUsedAgain() {
        ZnsTier tier = openTier(SMALL);
        try (tier) {
            // Far more in all than the device holds.
            for (int round = 0; round < 20; round++) {
                TestSlabs.Batch batch = slabs.batch(1000);
                tier.demote(batch).join();
                for (int i = 0; i < batch.size(); i++) {
                    TestSlabs.Slab slab = slabs.cold.remove(batch.slabId(i));
                    if (i % 97 == 0) {
                        assertReadable(tier, slab);
                    }
                    tier.release(slab.slabId(), slab.location());
                }
            }
        }
        assertThat(tier.statistics().zones().resets()).isGreaterThan(40);
        assertThat(tier.statistics().liveSlabs()).isZero();
    }

    @Test
    void aFullDeviceRefusesDemotionAndKeepsWhatItHas() {
        try (ZnsTier tier = openTier(FileGeometry.of(1 << 20, 6))) {
            TestSlabs.Batch fits = slabs.batch(500);
            tier.demote(fits).join();
            TestSlabs.Batch tooMuch = slabs.batch(2000);
            CompletableFuture<Void> refused = tier.demote(tooMuch);

            assertThatThrownBy(refused::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FULL));
            slabs.cold.values().forEach(slab -> assertReadable(tier, slab));
            assertThat(tier.statistics().liveSlabs()).isEqualTo(slabs.cold.size());

            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                tier.release(slabId, slabs.cold.remove(slabId).location());
            }
            tier.demote(slabs.batch(400)).join();
            slabs.cold.values().forEach(slab -> assertReadable(tier, slab));
        }
    }

    @Test
    void manyThreadsDemoteReadAndReleaseAtOnce() throws Exception {
        ZnsTier tier = openTier(FileGeometry.of(1 << 20, 64));
        try (tier) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        demoteReadAndRelease(tier);
                    } catch (RuntimeException | AssertionError e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(failures).isEmpty();
        }
        assertThat(tier.statistics().liveSlabs()).isZero();
        assertThat(tier.statistics().slabsDemoted()).isEqualTo(4 * 30 * 150);
    }

    private void demoteReadAndRelease(ZnsTier tier) {
        for (int round = 0; round < 30; round++) {
            TestSlabs.Batch batch = slabs.batch(150);
            tier.demote(batch).join();
            for (int i = 0; i < batch.size(); i++) {
                TestSlabs.Slab slab = slabs.cold.remove(batch.slabId(i));
                if (i % 7 == 0) {
                    assertReadable(tier, slab);
                }
                tier.release(slab.slabId(), slab.location());
            }
        }
    }

    @Test
    void closingFinishesWhatWasAccepted() {
        ZnsTier tier = openTier(SMALL);
        TestSlabs.Batch batch = slabs.batch(1000);
        CompletableFuture<Void> future = tier.demote(batch);
        tier.close();

        assertThat(future).isCompleted();
        assertThat(slabs.cold).hasSize(1000);
        assertThatThrownBy(() -> tier.demote(slabs.batch(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSlabReleasedTwiceIsReported() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(1);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(0));
            tier.release(slab.slabId(), slab.location());

            assertThatThrownBy(() -> tier.release(slab.slabId(), slab.location()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("released twice");
        }
    }
}
