package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every zoned device: its operations and its refusals. An implementation provides a device with at
 * least 8 sequential zones, all of them empty.
 */
abstract class ZonedDeviceContract {
    /** Smallest number of sequential zones. */
    private static final int ZONES = 8;

    private final Arena arena = Arena.ofConfined();
    private ZonedDevice device;
    private DeviceGeometry geometry;
    private int block;
    /** The first sequential zone. */
    private int zone;

    abstract ZonedDevice openEmptyDevice() throws Exception;

    /** Called when the device is closed. */
    void removeDevice() throws Exception {}

    @BeforeEach
    void openDevice() throws Exception {
        device = openEmptyDevice();
        geometry = device.geometry();
        block = geometry.blockBytes();
        zone = geometry.conventionalZones();
    }

    @AfterEach
    void closeDevice() throws Exception {
        device.close();
        arena.close();
        removeDevice();
    }

    @Test
    void aReportHasEveryZoneInOrder() {
        List<ZoneDescriptor> zones = device.report();

        assertThat(zones).hasSize(geometry.zoneCount());
        for (int i = 0; i < zones.size(); i++) {
            ZoneDescriptor found = zones.get(i);
            assertThat(found.index()).isEqualTo(i);
            assertThat(found.startBytes()).isEqualTo(i * geometry.zoneBytes());
            assertThat(found).isEqualTo(device.report(i));
            if (i < geometry.conventionalZones()) {
                assertThat(found.type()).isEqualTo(ZoneType.CONVENTIONAL);
                assertThat(found.condition()).isEqualTo(ZoneCondition.NOT_WRITE_POINTER);
            } else {
                assertThat(found.type()).isEqualTo(ZoneType.SEQUENTIAL);
                assertThat(found.condition()).isEqualTo(ZoneCondition.EMPTY);
                assertThat(found.writePointerBytes()).isEqualTo(found.startBytes());
                assertThat(found.capacityBytes()).isEqualTo(geometry.zoneCapacityBytes());
            }
        }
    }

    @Test
    void dataWrittenAtTheWritePointerIsReadBack() {
        MemorySegment first = random(4 * block);
        MemorySegment second = random(block);
        device.write(start(zone), first);
        device.write(start(zone) + 4L * block, second);

        assertThat(writtenBytes(zone)).isEqualTo(5L * block);
        assertThat(condition(zone)).isEqualTo(ZoneCondition.IMPLICIT_OPEN);
        assertThat(read(start(zone), 4 * block).mismatch(first)).isEqualTo(-1);
        assertThat(read(start(zone) + 4L * block, block).mismatch(second)).isEqualTo(-1);
    }

    @Test
    void writesToOneZoneLeaveItsNeighboursAlone() {
        device.write(start(zone + 1), random(block));

        assertThat(condition(zone)).isEqualTo(ZoneCondition.EMPTY);
        assertThat(condition(zone + 2)).isEqualTo(ZoneCondition.EMPTY);
    }

    @Test
    void aWriteBeyondTheWritePointerIsRefused() {
        device.write(start(zone), random(block));

        refused(Problem.OFF_WRITE_POINTER, () -> device.write(start(zone) + 2L * block, random(block)));
        assertThat(writtenBytes(zone)).isEqualTo(block);
    }

    @Test
    void aWriteBehindTheWritePointerIsRefusedAndChangesNothing() {
        MemorySegment written = random(2 * block);
        device.write(start(zone), written);

        refused(Problem.OFF_WRITE_POINTER, () -> device.write(start(zone), random(block)));
        assertThat(writtenBytes(zone)).isEqualTo(2L * block);
        assertThat(read(start(zone), 2 * block).mismatch(written)).isEqualTo(-1);
    }

    @Test
    void aZoneGoesOnTakingWritesAfterOneWasRefused() {
        device.write(start(zone), random(block));
        refused(Problem.OFF_WRITE_POINTER, () -> device.write(start(zone) + 5L * block, random(block)));

        device.write(start(zone) + block, random(block));

        assertThat(writtenBytes(zone)).isEqualTo(2L * block);
    }

    @Test
    void aReadOfAnEmptyZoneIsRefused() {
        refused(Problem.BEYOND_WRITE_POINTER, () -> read(start(zone), block));
    }

    @Test
    void aReadThatReachesBeyondTheWritePointerIsRefused() {
        device.write(start(zone), random(2 * block));

        refused(Problem.BEYOND_WRITE_POINTER, () -> read(start(zone) + block, 2 * block));
        refused(Problem.BEYOND_WRITE_POINTER, () -> read(start(zone) + 2L * block, block));
    }

    @Test
    void aRequestThatCrossesTheEndOfAZoneIsRefused() {
        refused(Problem.OUT_OF_RANGE, () -> read(start(zone + 1) - block, 2 * block));
        refused(Problem.OUT_OF_RANGE, () -> device.write(start(zone + 1) - block, random(2 * block)));
    }

    @Test
    void aRequestOutsideTheDeviceIsRefused() {
        refused(Problem.OUT_OF_RANGE, () -> read(geometry.sizeBytes(), block));
        refused(Problem.OUT_OF_RANGE, () -> read(-block, block));
        refused(Problem.OUT_OF_RANGE, () -> device.write(geometry.sizeBytes(), random(block)));
        refused(Problem.OUT_OF_RANGE, () -> device.report(geometry.zoneCount()));
        refused(Problem.OUT_OF_RANGE, () -> device.resetZone(-1));
    }

    @Test
    void aRequestThatIsNotInWholeBlocksIsRefused() {
        refused(Problem.OUT_OF_RANGE, () -> device.write(start(zone), random(block / 2)));
        refused(Problem.OUT_OF_RANGE, () -> read(start(zone) + block / 2, block));
    }

    @Test
    void aZoneWrittenToItsCapacityIsFull() {
        fill(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.FULL);
        assertThat(writtenBytes(zone)).isEqualTo(geometry.zoneCapacityBytes());
    }

    @Test
    void aWriteToAFullZoneIsRefused() {
        fill(zone);

        refused(Problem.ZONE_CONDITION, () -> device.write(start(zone), random(block)));
    }

    @Test
    void aWriteThatPassesTheCapacityIsRefused() {
        fillUpTo(zone, geometry.zoneCapacityBytes() - block);

        refused(
                Problem.OUT_OF_RANGE,
                () -> device.write(start(zone) + geometry.zoneCapacityBytes() - block, random(2 * block)));
        assertThat(writtenBytes(zone)).isEqualTo(geometry.zoneCapacityBytes() - block);
    }

    @Test
    void resetMakesAZoneEmptyAndItsDataUnreadable() {
        device.write(start(zone), random(3 * block));
        device.resetZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.EMPTY);
        assertThat(writtenBytes(zone)).isZero();
        refused(Problem.BEYOND_WRITE_POINTER, () -> read(start(zone), block));
    }

    @Test
    void aResetZoneIsWrittenFromItsStart() {
        fill(zone);
        device.resetZone(zone);
        MemorySegment anew = random(block);
        device.write(start(zone), anew);

        assertThat(read(start(zone), block).mismatch(anew)).isEqualTo(-1);
    }

    @Test
    void resetOfAnEmptyZoneDoesNothing() {
        device.resetZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.EMPTY);
    }

    @Test
    void finishMakesAPartlyWrittenZoneFullAndKeepsItsData() {
        MemorySegment written = random(block);
        device.write(start(zone), written);
        device.finishZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.FULL);
        assertThat(read(start(zone), block).mismatch(written)).isEqualTo(-1);
        refused(Problem.ZONE_CONDITION, () -> device.write(start(zone) + block, random(block)));
    }

    @Test
    void finishOfAFullZoneDoesNothing() {
        fill(zone);
        device.finishZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.FULL);
    }

    @Test
    void openMakesAnEmptyZoneExplicitlyOpen() {
        device.openZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.EXPLICIT_OPEN);
        device.write(start(zone), random(block));
        assertThat(condition(zone)).isEqualTo(ZoneCondition.EXPLICIT_OPEN);
    }

    @Test
    void openMakesAnImplicitlyOpenZoneExplicitlyOpen() {
        device.write(start(zone), random(block));
        device.openZone(zone);

        assertThat(condition(zone)).isEqualTo(ZoneCondition.EXPLICIT_OPEN);
    }

    @Test
    void openOfAFullZoneIsRefused() {
        fill(zone);

        refused(Problem.ZONE_CONDITION, () -> device.openZone(zone));
    }

    @Test
    void closeMakesAPartlyWrittenZoneClosedAndAWriteOpensItAgain() {
        device.write(start(zone), random(block));
        device.closeZone(zone);
        assertThat(condition(zone)).isEqualTo(ZoneCondition.CLOSED);

        device.write(start(zone) + block, random(block));
        assertThat(condition(zone)).isEqualTo(ZoneCondition.IMPLICIT_OPEN);
    }

    @Test
    void closeOfAnEmptyOrFullZoneIsRefused() {
        refused(Problem.ZONE_CONDITION, () -> device.closeZone(zone));
        fill(zone + 1);
        refused(Problem.ZONE_CONDITION, () -> device.closeZone(zone + 1));
    }

    @Test
    void noMoreZonesAreOpenedExplicitlyThanTheLimitAllows() {
        int limit = Math.min(geometry.writableZones(), ZONES - 1);
        for (int i = 0; i < limit; i++) {
            device.openZone(zone + i);
        }

        if (limit < ZONES - 1) {
            boolean activeToo = geometry.maxActiveZones() == limit;
            refused(
                    activeToo ? Problem.TOO_MANY_ACTIVE_ZONES : Problem.TOO_MANY_OPEN_ZONES,
                    () -> device.openZone(zone + limit));
            device.resetZone(zone);
        }
        device.openZone(zone + limit);
        assertThat(condition(zone + limit)).isEqualTo(ZoneCondition.EXPLICIT_OPEN);
    }

    @Test
    void aWriteClosesAnImplicitlyOpenZoneWhenOnlyTheLimitOfOpenZonesIsReached() {
        int open = geometry.maxOpenZones() == 0 ? ZONES : geometry.maxOpenZones();
        int active = geometry.maxActiveZones() == 0 ? ZONES : geometry.maxActiveZones();
        int written = Math.min(Math.min(open + 1, active), ZONES);
        for (int i = 0; i < written; i++) {
            device.write(start(zone + i), random(block));
        }

        assertThat(condition(zone + written - 1)).isEqualTo(ZoneCondition.IMPLICIT_OPEN);
        int stillOpen = Math.min(open, written);
        assertThat(device.report().stream().filter(found -> found.condition().isOpen()))
                .hasSize(stillOpen);
        assertThat(device.report().stream().filter(found -> found.condition() == ZoneCondition.CLOSED))
                .hasSize(written - stillOpen);
    }

    @Test
    void noMoreZonesArePartlyWrittenThanTheLimitAllows() {
        int limit = geometry.maxActiveZones() == 0 ? ZONES - 1 : Math.min(geometry.maxActiveZones(), ZONES - 1);
        for (int i = 0; i < limit; i++) {
            device.write(start(zone + i), random(block));
        }

        if (limit == geometry.maxActiveZones()) {
            refused(Problem.TOO_MANY_ACTIVE_ZONES, () -> device.write(start(zone + limit), random(block)));
            assertThat(condition(zone + limit)).isEqualTo(ZoneCondition.EMPTY);
            // A reset, not a finish: null_blk would have to open the zone to finish it, and refuses that at its limit.
            device.resetZone(zone);
        }
        device.write(start(zone + limit), random(block));
        assertThat(condition(zone + limit)).isEqualTo(ZoneCondition.IMPLICIT_OPEN);
    }

    @Test
    void conventionalZonesAreWrittenAnywhereAndTakeNoCommands() {
        for (int conventional = 0; conventional < geometry.conventionalZones(); conventional++) {
            int first = conventional;
            long offset = start(first) + 7L * block;
            MemorySegment written = random(2 * block);
            device.write(offset, written);

            assertThat(read(offset, 2 * block).mismatch(written)).isEqualTo(-1);
            refused(Problem.ZONE_CONDITION, () -> device.finishZone(first));
        }
        assertThat(device.report().stream().filter(found -> found.type() == ZoneType.CONVENTIONAL))
                .hasSize(geometry.conventionalZones());
    }

    @Test
    void manyReadsAreInFlightAndEachCompletesOnce() {
        int blocks = 64;
        MemorySegment written = random(blocks * block);
        device.write(start(zone), written);
        try (StagingBuffers buffers = new StagingBuffers(16, 4096);
                IoQueue queue = device.openQueue(new IoQueueSettings(16, false, false, List.of(buffers.memory())))) {
            List<Recorded> requests = new ArrayList<>();
            for (int i = 0; i < blocks; i++) {
                while (!queue.hasRoom()) {
                    queue.await();
                }
                // It shares its buffer with the request 16 before it, which is done. Completions of this queue free
                // room in any order, so each completion checks its buffer at once.
                requests.add(readChecked(queue, buffers, requests, written, i));
            }
            while (queue.inFlight() > 0) {
                queue.await();
            }

            assertThat(requests).allSatisfy(request -> {
                assertThat(request.completions).isEqualTo(1);
                assertThat(request.failure).isNull();
                assertThat(request.matched).isTrue();
            });
        }
    }

    private Recorded readChecked(
            IoQueue queue, StagingBuffers buffers, List<Recorded> earlier, MemorySegment written, int index) {
        boolean[] busy = new boolean[buffers.count()];
        for (Recorded request : earlier) {
            if (request.completions == 0) {
                busy[request.bufferIndex] = true;
            }
        }
        int free = 0;
        while (busy[free]) {
            free++;
        }
        MemorySegment expected = written.asSlice((long) index * block, block);
        Recorded request = new Recorded(free, expected);
        request.read(start(zone) + (long) index * block, buffers.buffer(free).asSlice(0, block));
        queue.submit(request);
        return request;
    }

    @Test
    void severalZonesAreWrittenInParallel() {
        int zones = Math.min(3, geometry.writableZones());
        MemorySegment[] written = new MemorySegment[zones];
        try (IoQueue queue = device.openQueue(new IoQueueSettings(zones, false, false, List.of()))) {
            List<Recorded> requests = new ArrayList<>();
            for (int i = 0; i < zones; i++) {
                written[i] = random(8 * block);
                Recorded request = new Recorded(0, written[i]);
                request.write(start(zone + i), written[i]);
                queue.submit(request);
                requests.add(request);
            }
            while (queue.inFlight() > 0) {
                queue.await();
            }
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.failure).isNull());
        }
        for (int i = 0; i < zones; i++) {
            assertThat(read(start(zone + i), 8 * block).mismatch(written[i])).isEqualTo(-1);
        }
    }

    @Test
    void aRefusedRequestCompletesLikeAnyOther() {
        try (IoQueue queue = device.openQueue(new IoQueueSettings(2, false, false, List.of()))) {
            MemorySegment buffer = random(block);
            Recorded beyond = new Recorded(0, buffer);
            beyond.read(start(zone), buffer);
            Recorded fine = new Recorded(0, buffer);
            fine.write(start(zone + 1), buffer);
            assertThat(queue.mayHaveCompletion()).isFalse();
            queue.submit(beyond);
            assertThat(queue.mayHaveCompletion()).isTrue();
            queue.submit(fine);
            while (queue.inFlight() > 0) {
                queue.await();
            }
            assertThat(queue.mayHaveCompletion()).isFalse();

            assertThat(beyond.completions).isEqualTo(1);
            assertThat(beyond.failure.problem()).isEqualTo(Problem.BEYOND_WRITE_POINTER);
            assertThat(fine.completions).isEqualTo(1);
            assertThat(fine.failure).isNull();
        }
    }

    @Test
    void aQueueTakesNoMoreThanItsDepth() {
        try (IoQueue queue = device.openQueue(new IoQueueSettings(1, false, false, List.of()))) {
            MemorySegment buffer = random(block);
            Recorded first = new Recorded(0, buffer);
            first.write(start(zone), buffer);
            queue.submit(first);

            assertThat(queue.hasRoom()).isFalse();
            assertThatThrownBy(() -> queue.submit(new Recorded(0, buffer))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closingAQueueWaitsForWhatIsInFlight() {
        MemorySegment buffer = random(8 * block);
        Recorded write = new Recorded(0, buffer);
        IoQueue queue = device.openQueue(new IoQueueSettings(4, true, true, List.of()));
        write.write(start(zone), buffer);
        queue.submit(write);
        queue.close();

        assertThat(write.completions).isEqualTo(1);
        assertThat(write.failure).isNull();
        assertThat(writtenBytes(zone)).isEqualTo(8L * block);
    }

    @Test
    void wakingAQueueEndsItsWaiting() throws InterruptedException {
        try (IoQueue queue = device.openQueue(new IoQueueSettings(1, true, true, List.of()))) {
            Thread waker = Thread.ofPlatform().start(queue::wake);

            assertThat(queue.await()).isZero();
            waker.join();
        }
    }

    @Test
    void flushCompletesWithAndWithoutWritesBeforeIt() {
        device.flush();
        device.write(start(zone), random(block));
        device.flush();

        assertThat(writtenBytes(zone)).isEqualTo(block);
    }

    @Test
    void aDeviceWithOpenQueuesIsNotClosed() {
        try (IoQueue queue = device.openQueue(new IoQueueSettings(1, false, false, List.of()))) {
            assertThatThrownBy(device::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 queues");
            assertThat(queue.inFlight()).isZero();
        }
    }

    @Test
    void aDeviceThatIsOpenIsRefusedToASecondOpener() {
        assertThatThrownBy(() -> ZonedDevice.open(java.nio.file.Path.of(device.name())))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BUSY));
    }

    /** A request that records how it ended, and whether its buffer had the expected content then. */
    private static final class Recorded extends IoRequest {
        private final int bufferIndex;
        private final MemorySegment expected;
        private int completions;
        private boolean matched;
        private DeviceException failure;

        Recorded(int bufferIndex, MemorySegment expected) {
            this.bufferIndex = bufferIndex;
            this.expected = expected;
        }

        @Override
        protected void completed(DeviceException outcome) {
            completions++;
            failure = outcome;
            matched = outcome == null && buffer().mismatch(expected) == -1;
        }
    }

    private static void refused(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
    }

    private long start(int ofZone) {
        return geometry.startOf(ofZone);
    }

    private ZoneCondition condition(int ofZone) {
        return device.report(ofZone).condition();
    }

    private long writtenBytes(int ofZone) {
        return device.report(ofZone).writtenBytes();
    }

    private void fill(int ofZone) {
        fillUpTo(ofZone, geometry.zoneCapacityBytes());
    }

    private void fillUpTo(int ofZone, long bytes) {
        device.write(start(ofZone), arena.allocate(bytes, 4096));
    }

    private MemorySegment random(int bytes) {
        MemorySegment segment = arena.allocate(bytes, 4096);
        SplittableRandom random = new SplittableRandom(bytes * 31L + System.identityHashCode(segment));
        for (long i = 0; i < bytes; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return segment;
    }

    private MemorySegment read(long offset, int bytes) {
        MemorySegment segment = arena.allocate(bytes, 4096);
        device.read(offset, segment);
        return segment;
    }
}
