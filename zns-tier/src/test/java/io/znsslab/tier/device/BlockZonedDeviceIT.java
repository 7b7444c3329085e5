package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The faults of a kernel's zoned device, which the contract does not cover. */
@ZonedKernelTest
class BlockZonedDeviceIT {
    private static final int BLOCK = 4096;
    private static final long ZONE = 4 << 20;

    private final Arena arena = Arena.ofConfined();
    private NullBlockDevice emulated;

    @BeforeEach
    void makeDevice() {
        emulated = ZonedDevices.nullBlock(NullBlockSettings.builder()
                .sizeBytes(32L << 20)
                .zoneBytes(ZONE)
                .zoneCapacityBytes(ZONE)
                .maxOpenZones(4)
                .maxActiveZones(4)
                .build());
    }

    @AfterEach
    void removeDevice() {
        emulated.close();
        arena.close();
    }

    @Test
    void dataIsFoundByTheNextOpener() {
        MemorySegment written = arena.allocate(2 * BLOCK, BLOCK).fill((byte) 9);
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            device.write(ZONE, written);
        }
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            MemorySegment read = arena.allocate(2 * BLOCK, BLOCK);
            device.read(ZONE, read);
            assertThat(read.mismatch(written)).isEqualTo(-1);
            device.write(ZONE + 2 * BLOCK, written);
        }
    }

    @Test
    void aBadBlockIsAnIoErrorAndTheNextReadIsFine() {
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            MemorySegment data = arena.allocate(4 * BLOCK, BLOCK);
            device.write(0, data);
            emulated.failBlocks(BLOCK, BLOCK);

            refused(Problem.IO_ERROR, () -> device.read(BLOCK, arena.allocate(BLOCK, BLOCK)));
            device.read(2 * BLOCK, arena.allocate(BLOCK, BLOCK));
            emulated.repairBlocks(BLOCK, BLOCK);
            device.read(BLOCK, arena.allocate(BLOCK, BLOCK));
        }
    }

    @Test
    void aZoneThatBecomesReadOnlyIsReadAndNotWritten() {
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            MemorySegment data = arena.allocate(BLOCK, BLOCK).fill((byte) 5);
            device.write(ZONE, data);
            emulated.toggleZoneReadOnly(1);

            refused(Problem.ZONE_FAULT, () -> device.write(ZONE + BLOCK, data));
            refused(Problem.ZONE_FAULT, () -> device.resetZone(1));
            MemorySegment read = arena.allocate(BLOCK, BLOCK);
            device.read(ZONE, read);
            assertThat(read.mismatch(data)).isEqualTo(-1);
        }
    }

    @Test
    void aZoneThatBecomesOfflineIsNeitherReadNorWritten() {
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            MemorySegment data = arena.allocate(BLOCK, BLOCK);
            device.write(ZONE, data);
            emulated.toggleZoneOffline(1);

            refused(Problem.ZONE_FAULT, () -> device.write(ZONE + BLOCK, data));
            refused(Problem.ZONE_FAULT, () -> device.read(ZONE, data));
            device.write(2 * ZONE, data);
        }
    }

    @Test
    void aTransferLargerThanTheKernelTakesAtOnceIsRefused() {
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            int most = device.geometry().maxTransferBytes();
            Requested write = new Requested();
            write.write(0, arena.allocate(most + BLOCK, BLOCK));
            try (IoQueue queue = device.openQueue(new IoQueueSettings(1, false, false, java.util.List.of()))) {
                queue.submit(write);
                queue.await();
            }

            assertThat(write.failure.problem()).isEqualTo(Problem.OUT_OF_RANGE);
        }
    }

    private static final class Requested extends IoRequest {
        private DeviceException failure;

        @Override
        protected void completed(DeviceException outcome) {
            failure = outcome;
        }
    }

    private static void refused(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
    }
}
