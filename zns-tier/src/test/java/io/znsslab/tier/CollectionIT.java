package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.format.SlabMovedException;
import io.znsslab.tier.report.CollectionReport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Garbage collection, through the tier: half-dead zones make room, and every live slab stays readable. */
class CollectionIT {
    private static final int SLAB = 4096;
    private static final int ZONE = 1 << 20;
    /** Slabs of a zone: 256 blocks, less a header and three summaries. */
    private static final int SLABS_OF_A_ZONE = 252;

    private static final int DATA_ZONES = 14;

    @TempDir
    Path folder;

    private final TestSlabs slabs = new TestSlabs(SLAB);

    @AfterEach
    void freeMemory() {
        slabs.close();
    }

    private ZnsTier openTier(int limit) {
        FileGeometry shape = FileGeometry.of(ZONE, DATA_ZONES + 2).withLimits(limit, limit);
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape))
                .open();
        tier.attach(slabs);
        return tier;
    }

    private void release(ZnsTier tier, long slabId) {
        TestSlabs.Slab slab = slabs.cold.remove(slabId);
        tier.release(slabId, slab.location());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 14, 0})
    void aDeviceFullOfHalfDeadZonesTakesMore(int limit) {
        ZnsTier tier = openTier(limit);
        try (tier) {
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 11)).join();
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                if (slabId % 2 == 0) {
                    release(tier, slabId);
                }
            }
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 4)).join();

            assertThat(slabs.cold).hasSize(SLABS_OF_A_ZONE * 11 / 2 + SLABS_OF_A_ZONE * 4);
            assertAllReadable(tier);
        }
        // The tier is closed, so no slab is being moved, which would count in two zones.
        TierStatistics statistics = tier.statistics();
        assertThat(statistics.collection().slabsRelocated()).isPositive();
        assertThat(statistics.writes().bytes().relocatedBytes())
                .isGreaterThanOrEqualTo(statistics.collection().slabsRelocated() * SLAB);
        assertThat(statistics.liveSlabs()).isEqualTo(slabs.cold.size());
    }

    @Test
    void theZonesOfACollectionThatWasAskedForAreEmptyAtItsEnd() {
        try (ZnsTier tier = openTier(14)) {
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 8)).join();
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                if (slabId % 4 != 0) {
                    release(tier, slabId);
                }
            }
            long before = emptyZones(tier);

            CollectionReport report = tier.collect(50).join();

            assertThat(report.slabsMoved()).isGreaterThanOrEqualTo(4 * SLABS_OF_A_ZONE / 4);
            long emptied = tier.statistics().zones().resets();
            assertThat(emptied).isBetween(4L, report.zones());
            // Less the four at most that the moved slabs have begun.
            assertThat(emptyZones(tier)).isBetween(before + emptied - 4, before + emptied);
            assertAllReadable(tier);
        }
    }

    private static long emptyZones(ZnsTier tier) {
        return tier.device().report().stream()
                .filter(zone -> zone.condition() == ZoneCondition.EMPTY)
                .count();
    }

    /**
     * A zone writer that writes an epoch when only the reserve is left must abandon the epoch when it is given the
     * reserve for slabs that move.
     */
    @Test
    void aDemotionUnderWayDoesNotGoOnInTheReserve() {
        try (ZnsTier tier = openTier(2)) {
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 11)).join();
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                if (slabId % 2 == 0) {
                    release(tier, slabId);
                }
            }
            TestSlabs.Batch batch = slabs.batch(SLABS_OF_A_ZONE * 4);
            batch.beforeFirstPage(() -> awaitSlabsThatMove(tier));
            tier.demote(batch).join();
            assertThat(slabs.cold).hasSize(SLABS_OF_A_ZONE * 11 / 2 + SLABS_OF_A_ZONE * 4);
        }
    }

    /** Waits until collection has read the first zone, and slabs of it wait to be written. */
    private static void awaitSlabsThatMove(ZnsTier tier) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (tier.statistics().collection().zonesCollected() == 0 && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    }

    @Test
    void aDeviceThatIsThreeQuartersFullKeepsServingRandomlyDyingSlabs() {
        SplittableRandom random = new SplittableRandom(42);
        try (ZnsTier tier = openTier(14)) {
            List<Long> live = new ArrayList<>();
            for (int round = 0; round < 60; round++) {
                TestSlabs.Batch batch = slabs.batch(200);
                tier.demote(batch).join();
                for (int i = 0; i < batch.size(); i++) {
                    live.add(batch.slabId(i));
                }
                while (live.size() > DATA_ZONES * SLABS_OF_A_ZONE * 3 / 4 - 200) {
                    int last = live.size() - 1;
                    Collections.swap(live, random.nextInt(live.size()), last);
                    release(tier, live.remove(last));
                }
            }

            assertThat(slabs.cold.keySet()).containsExactlyInAnyOrderElementsOf(live);
            assertAllReadable(tier);
            assertThat(tier.statistics().collection().zonesCollected()).isPositive();
            assertThat(tier.statistics().hostWriteAmplification()).isLessThan(4);
        }
    }

    @Test
    void readersFindEverySlabWhileItIsMoved() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (ZnsTier tier = openTier(14)) {
            TestSlabs.Batch lasting = slabs.batch(SLABS_OF_A_ZONE * 2);
            List<Thread> readers = new ArrayList<>();
            // Interleaved with slabs that will die, so that every zone has some of both.
            for (int part = 0; part < 10; part++) {
                tier.demote(slabs.batch(SLABS_OF_A_ZONE / 2)).join();
            }
            List<Long> dying = List.copyOf(slabs.cold.keySet());
            tier.demote(lasting).join();
            for (int t = 0; t < 2; t++) {
                readers.add(Thread.ofPlatform().start(() -> {
                    try {
                        while (!done.get()) {
                            readOneAtRandom(tier, lasting);
                            reads.incrementAndGet();
                        }
                    } catch (RuntimeException | AssertionError e) {
                        failures.add(e);
                    }
                }));
            }
            dying.forEach(slabId -> release(tier, slabId));
            for (int round = 0; round < 30; round++) {
                TestSlabs.Batch batch = slabs.batch(SLABS_OF_A_ZONE * 3);
                tier.demote(batch).join();
                for (int i = 0; i < batch.size(); i++) {
                    release(tier, batch.slabId(i));
                }
            }
            done.set(true);
            for (Thread reader : readers) {
                reader.join();
            }

            assertThat(failures).isEmpty();
            assertThat(reads.get()).isPositive();
            assertThat(slabs.cold).hasSize(lasting.size());
            assertAllReadable(tier);
        }
    }

    private void readOneAtRandom(ZnsTier tier, TestSlabs.Batch batch) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment destination = own.allocate(SLAB);
            long slabId = batch.slabId(
                    java.util.concurrent.ThreadLocalRandom.current().nextInt(batch.size()));
            while (true) {
                TestSlabs.Slab slab = slabs.cold.get(slabId);
                try {
                    tier.readNow(slabId, slab.sizeClass(), slab.location(), destination);
                    assertThat(destination.asSlice(64).mismatch(slab.page().asSlice(64)))
                            .isEqualTo(-1);
                    return;
                } catch (SlabMovedException e) {
                    assertThat(slabs.cold.get(slabId).location()).isNotEqualTo(slab.location());
                }
            }
        }
    }

    @Test
    void aDamagedSlabKeepsItsZoneAndNothingElse() throws IOException {
        try (ZnsTier tier = openTier(14)) {
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 11)).join();
            TestSlabs.Slab damaged = slabs.cold.get(1L);
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve("zones").toFile(), "rw")) {
                file.seek(ZONE + damaged.location() * 4096 + 1000);
                file.write(new byte[100]);
            }
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                if (slabId % 3 != 1) {
                    release(tier, slabId);
                }
            }
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 6)).join();

            assertThat(slabs.cold.get(1L).location()).isEqualTo(damaged.location());
            assertThatThrownBy(() -> tier.readNow(
                            1,
                            damaged.sizeClass(),
                            damaged.location(),
                            Arena.ofAuto().allocate(SLAB)))
                    .hasMessageContaining("CRC32C");
            slabs.cold.remove(1L);
            assertAllReadable(tier);
        }
    }

    @Test
    void aDeviceFullOfLiveSlabsRefusesAtOnce() {
        try (ZnsTier tier = openTier(14)) {
            tier.demote(slabs.batch(SLABS_OF_A_ZONE * 11)).join();

            assertThatThrownBy(
                            () -> tier.demote(slabs.batch(SLABS_OF_A_ZONE * 9)).join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("no zone is empty");
            assertAllReadable(tier);
        }
    }

    /**
     * Two slabs of a hundred are dead, in all zones alike: no zone is worth collecting by itself, but together they
     * make room down to the last slab above the reserve.
     */
    @Test
    void scatteredDeadSlabsMakeRoomUntilLiveOnesFillTheDevice() {
        try (ZnsTier tier = openTier(14)) {
            demoteUntilRefused(tier, SLABS_OF_A_ZONE / 4);
            int most = slabs.cold.size();
            assertThat(most).isGreaterThan((DATA_ZONES - 2) * SLABS_OF_A_ZONE);
            SplittableRandom random = new SplittableRandom(5);
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                if (random.nextInt(100) < 2) {
                    release(tier, slabId);
                }
            }
            int dead = most - slabs.cold.size();

            int more = demoteUntilRefused(tier, 10);

            assertThat(more).isGreaterThan(dead * 2 / 3);
            assertThat(tier.statistics().collection().zonesCollected())
                    .as("collected in vain")
                    .isLessThan(3 * DATA_ZONES);
            assertAllReadable(tier);
        }
    }

    /** Demotes in batches of that size; returns the number of slabs that were taken. */
    private int demoteUntilRefused(ZnsTier tier, int batchSlabs) {
        int before = slabs.cold.size();
        try {
            while (true) {
                tier.demote(slabs.batch(batchSlabs)).join();
            }
        } catch (CompletionException e) {
            assertThat(e).hasMessageContaining("no zone is empty");
        }
        return slabs.cold.size() - before;
    }

    private void assertAllReadable(ZnsTier tier) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment destination = own.allocate(SLAB);
            for (long slabId : List.copyOf(slabs.cold.keySet())) {
                boolean read = false;
                while (!read) {
                    TestSlabs.Slab slab = slabs.cold.get(slabId);
                    try {
                        tier.readNow(slabId, slab.sizeClass(), slab.location(), destination);
                        assertThat(destination.asSlice(64).mismatch(slab.page().asSlice(64)))
                                .isEqualTo(-1);
                        read = true;
                    } catch (SlabMovedException e) {
                        assertThat(slabs.cold.get(slabId).location()).isNotEqualTo(slab.location());
                    }
                }
            }
        }
    }
}
