package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.NullZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SlabMovedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZnsTierTest {
    private static final int SLAB = 4096;
    private static final FileGeometry SMALL = FileGeometry.of(1 << 20, 16);

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final TestSlabs slabs = new TestSlabs(SLAB);

    @AfterEach
    void freeMemory() {
        slabs.close();
        arena.close();
    }

    private ZnsTier openTier(FileGeometry shape) {
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape))
                .open();
        tier.attach(slabs);
        return tier;
    }

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
    void everyFlippedBitOfAnImageIsNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(3);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(1));
            long offset = (1 << 20) + slab.location() * 4096;
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                for (int at = 0; at < SLAB; at += at < 64 ? 1 : 61) {
                    flip(file, offset + at);
                    assertCorrupt(tier, slab.slabId(), slab.sizeClass(), slab.location());
                    flip(file, offset + at);
                }
            }
            assertReadable(tier, slab);
            assertThat(tier.statistics().reads().corruptSlabs()).isGreaterThan(100);
        }
    }

    @Test
    void exchangedImagesAreNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(8);
            tier.demote(batch).join();
            TestSlabs.Slab one = slabs.cold.get(batch.slabId(0));
            TestSlabs.Slab other = slabs.cold.get(batch.slabId(4));
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                byte[] first = bytesAt(file, one);
                byte[] second = bytesAt(file, other);
                write(file, one, second);
                write(file, other, first);
            }

            assertCorrupt(tier, one.slabId(), one.sizeClass(), one.location());
            assertCorrupt(tier, other.slabId(), other.sizeClass(), other.location());
            // A read that expects what is really there shows that the location holds another slab.
            assertCorrupt(tier, other.slabId(), other.sizeClass(), one.location());
        }
    }

    @Test
    void anImageOfTheZonesFormerIncarnationIsNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(FileGeometry.of(1 << 20, 3))) {
            TestSlabs.Batch former = slabs.batch(252);
            tier.demote(former).join();
            TestSlabs.Slab old = slabs.cold.get(former.slabId(20));
            byte[] image;
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
                image = bytesAt(file, old);
            }
            for (int i = 0; i < former.size(); i++) {
                tier.release(
                        former.slabId(i), slabs.cold.remove(former.slabId(i)).location());
            }
            TestSlabs.Batch present = slabs.batch(60);
            tier.demote(present).join();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                write(file, old, image);
            }

            assertCorrupt(tier, old.slabId(), old.sizeClass(), old.location());
        }
    }

    @Test
    void theWrongSlabOrClassIsRefusedAtTheRightPlace() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(2);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(0));

            assertCorrupt(tier, slab.slabId() + 1, slab.sizeClass(), slab.location());
            assertCorrupt(tier, slab.slabId(), slab.sizeClass() + 1, slab.location());
            assertReadable(tier, slab);
        }
    }

    @Test
    void aReadWhereNothingCanBeFailsWithoutTouchingTheDestination() {
        try (ZnsTier tier = openTier(SMALL)) {
            MemorySegment destination = arena.allocate(SLAB).fill((byte) 3);

            assertThatThrownBy(() -> tier.read(1, 0, -1, destination).join())
                    .hasCauseInstanceOf(ZnsSlabException.class);
            assertThatThrownBy(() -> tier.read(1, 0, 1L << 31, destination).join())
                    .hasCauseInstanceOf(ZnsSlabException.class);
            assertThatThrownBy(() -> tier.read(1, 0, 3 * 256, destination).join())
                    .hasCauseInstanceOf(SlabMovedException.class);
            assertThat(destination.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0))
                    .isEqualTo((byte) 3);
        }
    }

    @Test
    void aThreadThatWaitsReadsByItself() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(3);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(2));
            MemorySegment destination = arena.allocate(SLAB);
            tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination);

            assertSame(destination, slab);
            assertThatThrownBy(() -> tier.readNow(slab.slabId() + 1, slab.sizeClass(), slab.location(), destination))
                    .isInstanceOf(CorruptSlabException.class);
            assertThatThrownBy(() -> tier.readNow(1, 0, 3 * 256, destination)).isInstanceOf(SlabMovedException.class);
            assertThatThrownBy(() -> tier.readNow(1, 0, -1, destination)).isInstanceOf(ZnsSlabException.class);
            assertThat(tier.statistics().reads().latency().count()).isEqualTo(2);
        }
    }

    @Test
    void moreThreadsWaitForReadsThanThereAreQueues() throws Exception {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(50);
            tier.demote(batch).join();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 48; t++) {
                // Every third thread is virtual, and its read goes through the reading thread.
                Thread.Builder builder = t % 3 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(builder.start(() -> readAllNow(tier, failures)));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(failures).isEmpty();
            assertThat(tier.statistics().reads().slabsRead()).isEqualTo(48 * 50);
        }
    }

    private void readAllNow(ZnsTier tier, List<Throwable> failures) {
        try (Arena own = Arena.ofShared()) {
            MemorySegment destination = own.allocate(SLAB);
            for (TestSlabs.Slab slab : slabs.cold.values()) {
                tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination);
                assertSame(destination, slab);
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    @Test
    void readersOfTheSameSlabAtTheSameTimeShareATransfer() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(100);
            tier.demote(batch).join();
            TestSlabs.Slab first = slabs.cold.get(batch.slabId(0));
            TestSlabs.Slab wanted = slabs.cold.get(batch.slabId(50));
            List<MemorySegment> destinations = new ArrayList<>();
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            CompletableFuture<RuntimeException> outcome = new CompletableFuture<>();
            // Reads that listeners start on the reading thread are submitted together.
            tier.read(first.slabId(), first.sizeClass(), first.location(), arena.allocate(SLAB), failure -> {
                readOften(tier, wanted, destinations, reads);
                outcome.complete(failure);
            });
            assertThat(outcome.join()).isNull();
            reads.forEach(CompletableFuture::join);

            destinations.forEach(destination -> assertSame(destination, wanted));
            assertThat(tier.statistics().reads().sharedReads()).isEqualTo(19);
            assertThat(tier.statistics().reads().slabsRead()).isEqualTo(21);
            assertThat(tier.statistics().reads().bytesRead()).isEqualTo(2L * SLAB);
        }
    }

    private void readOften(
            ZnsTier tier, TestSlabs.Slab slab, List<MemorySegment> destinations, List<CompletableFuture<Void>> reads) {
        for (int i = 0; i < 20; i++) {
            MemorySegment destination = arena.allocate(SLAB);
            destinations.add(destination);
            reads.add(tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination));
        }
    }

    @Test
    void continuationsOfReadsMayReadOn() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(200);
            tier.demote(batch).join();
            List<MemorySegment> destinations = new ArrayList<>();
            CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
            for (int i = 0; i < batch.size(); i++) {
                TestSlabs.Slab slab = slabs.cold.get(batch.slabId(i));
                MemorySegment destination = arena.allocate(SLAB);
                destinations.add(destination);
                chain = chain.thenCompose(
                        nothing -> tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination));
            }
            chain.join();

            for (int i = 0; i < batch.size(); i++) {
                assertSame(destinations.get(i), slabs.cold.get(batch.slabId(i)));
            }
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

    @Test
    void anEmptyDeviceThatWasOpenedBeforeIsOpenedAgain() {
        Path path = folder.resolve("zones");
        ZnsTier.builder(FileZonedDevice.create(path, FileGeometry.of(128 << 10, 32)))
                .open()
                .close();
        String uuid;
        try (ZnsTier tier = ZnsTier.open(path)) {
            tier.attach(slabs);
            uuid = tier.deviceUuid();
        }
        // There are more openings than a zone of the log has blocks: the zones take turns.
        for (int i = 0; i < 40; i++) {
            try (ZnsTier tier = ZnsTier.open(path)) {
                tier.attach(slabs);
                assertThat(tier.deviceUuid()).isEqualTo(uuid);
            }
        }
    }

    @Test
    void slabsOfAnEarlierRunAreThereUnlessTheyAreGivenUp() {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(SMALL)) {
            tier.demote(slabs.batch(5)).join();
        }

        try (ZnsTier tier = ZnsTier.open(path)) {
            assertThat(tier.recovery().slabs()).isEqualTo(5);
            assertThat(tier.recovery().objects()).isEqualTo(10);
            assertThat(tier.recovery().epochs()).isEqualTo(1);
            tier.attach(slabs);
            slabs.cold.values().forEach(slab -> assertReadable(tier, slab));
        }
        slabs.cold.clear();
        try (ZnsTier tier = ZnsTier.builder(ZonedDevice.open(path)).force(true).open()) {
            tier.attach(slabs);
            tier.demote(slabs.batch(5)).join();
        }
    }

    @Test
    void aDeviceWithForeignDataIsRefusedUnlessForced() {
        Path path = folder.resolve("zones");
        try (ZonedDevice device = FileZonedDevice.create(path, SMALL)) {
            device.write(3L << 20, arena.allocate(4096, 4096).fill((byte) 1));
        }

        assertThatThrownBy(() -> ZnsTier.open(path)).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.FOREIGN);
            assertThat(e.getMessage()).contains("not ours").contains("force");
        });
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(3).writtenBytes()).isEqualTo(4096);
            assertThat(device.report(0).condition()).isEqualTo(ZoneCondition.EMPTY);
        }
        ZnsTier.builder(ZonedDevice.open(path)).force(true).open().close();
    }

    @Test
    void slabsThatFitNoZoneAreRefused() {
        try (TestSlabs large = new TestSlabs(65536);
                ZnsTier tier = ZnsTier.builder(
                                FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(65536, 8)))
                        .open()) {
            assertThatThrownBy(() -> tier.attach(large))
                    .isInstanceOf(ZnsSlabException.class)
                    .hasMessageContaining("too small");
        }
    }

    private static void assertRefusedAs(Problem problem, ZonedDevice device, boolean force) {
        assertThatThrownBy(() -> ZnsTier.builder(device).force(force).open())
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    @Test
    void aDeviceObjectTakesOneTierAtATime() {
        ZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SMALL);
        try (ZnsTier tier = ZnsTier.builder(device).open()) {
            assertRefusedAs(Problem.BUSY, device, false);
            assertRefusedAs(Problem.BUSY, device, true);
            tier.attach(slabs);
            TestSlabs.Batch batch = slabs.batch(3);
            tier.demote(batch).join();
            assertRefusedAs(Problem.BUSY, device, true);
            assertReadable(tier, slabs.cold.get(batch.slabId(0)));
        }
    }

    @Test
    void aDeviceObjectIsFreeAgainAfterItsTierWasClosedOrNotOpened() {
        ZonedDevice device = new NullZonedDevice(FileGeometry.of(1 << 20, 8));
        ZnsTier.builder(device).open().close();
        ZnsTier.builder(device).open().close();
        ZonedDevice small = new NullZonedDevice(FileGeometry.of(1 << 20, 2));
        assertRefusedAs(Problem.OUT_OF_RANGE, small, false);
        assertRefusedAs(Problem.OUT_OF_RANGE, small, false);
    }

    @Test
    void nothingIsLeftBehindInTheFolder() throws IOException {
        openTier(SMALL).close();

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("zones"));
        }
    }

    private void assertReadable(ZnsTier tier, TestSlabs.Slab slab) {
        MemorySegment destination = Arena.ofAuto().allocate(slab.page().byteSize(), 4096);
        tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination).join();
        assertSame(destination, slab);
    }

    private static void assertSame(MemorySegment image, TestSlabs.Slab slab) {
        assertThat(image.asSlice(64).mismatch(slab.page().asSlice(64))).isEqualTo(-1);
    }

    private void assertCorrupt(ZnsTier tier, long slabId, int sizeClass, long location) {
        MemorySegment destination = arena.allocate(SLAB).fill((byte) 3);
        assertThatThrownBy(() ->
                        tier.read(slabId, sizeClass, location, destination).join())
                .cause()
                .isInstanceOf(CorruptSlabException.class)
                .hasMessageContaining("location " + location);
        assertThat(destination.mismatch(arena.allocate(SLAB).fill((byte) 3))).isEqualTo(-1);
    }

    private static byte[] bytesAt(RandomAccessFile file, TestSlabs.Slab slab) throws IOException {
        byte[] bytes = new byte[SLAB];
        file.seek((1 << 20) + slab.location() * 4096);
        file.readFully(bytes);
        return bytes;
    }

    private static void write(RandomAccessFile file, TestSlabs.Slab slab, byte[] bytes) throws IOException {
        file.seek((1 << 20) + slab.location() * 4096);
        file.write(bytes);
    }

    private static void flip(RandomAccessFile file, long position) throws IOException {
        file.seek(position);
        int value = file.read();
        file.seek(position);
        file.write(value ^ 0x04);
    }
}
