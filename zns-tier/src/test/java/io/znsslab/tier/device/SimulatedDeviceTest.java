package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatedDeviceTest {
    private static final int BLOCK = 4096;
    private static final FileGeometry SMALL = FileGeometry.of(1 << 20, 16).withLimits(3, 4);

    private final SimulatedMedium medium = new SimulatedMedium(SMALL);

    @Nested
    class OfFullCapacity extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            return new SimulatedDevice(medium, SimulatedFaults.NONE, 1);
        }

        @Test
        @Override
        void aDeviceThatIsOpenIsRefusedToASecondOpener() {
            refused(Problem.BUSY, () -> new SimulatedDevice(medium, SimulatedFaults.NONE, 1));
        }
    }

    @Nested
    class OfSmallBlocksAndCapacityBelowZoneSize extends ZonedDeviceContract {
        private final SimulatedMedium other = new SimulatedMedium(
                SMALL.withZoneCapacityBytes(700 << 10).withBlockBytes(512).withLimits(2, 2));

        @Override
        ZonedDevice openEmptyDevice() {
            return new SimulatedDevice(other, SimulatedFaults.NONE, 2);
        }

        @Test
        @Override
        void aDeviceThatIsOpenIsRefusedToASecondOpener() {
            refused(Problem.BUSY, () -> new SimulatedDevice(other, SimulatedFaults.NONE, 1));
        }
    }

    @Test
    void flushedDataSurvivesAPowerCutAndOtherDataMayNot() {
        boolean lostSome = false;
        boolean keptSome = false;
        boolean toreSome = false;
        for (int seed = 0; seed < 100; seed++) {
            SimulatedMedium fresh = new SimulatedMedium(SMALL);
            SimulatedDevice device = new SimulatedDevice(fresh, SimulatedFaults.NONE, seed);
            device.write(0, filled(2, 1));
            device.flush();
            device.write(2 * BLOCK, filled(3, 2));
            device.end(SimulatedFault.POWER_CUT);
            refused(Problem.IO_ERROR, device::flush);
            device.close();

            try (SimulatedDevice after = new SimulatedDevice(fresh, SimulatedFaults.NONE, seed)) {
                long written = after.report(0).writtenBytes() / BLOCK;
                assertThat(written).isBetween(2L, 5L);
                for (int block = 0; block < 2; block++) {
                    assertThat(firstByte(after, block)).isEqualTo(1);
                }
                for (int block = 2; block < written; block++) {
                    int found = firstByte(after, block);
                    assertThat(found).isIn(0, 2);
                    keptSome |= found == 2;
                    toreSome |= found == 0;
                }
                lostSome |= written < 5;
            }
        }
        assertThat(lostSome && keptSome && toreSome).isTrue();
    }

    @Test
    void aTornBlockMayHoldWhatTheZonesFormerIncarnationLeft() {
        boolean found = false;
        for (int seed = 0; seed < 100 && !found; seed++) {
            SimulatedMedium fresh = new SimulatedMedium(SMALL);
            SimulatedDevice device = new SimulatedDevice(fresh, SimulatedFaults.NONE, seed);
            device.write(0, filled(3, 1));
            device.flush();
            device.resetZone(0);
            device.write(0, filled(3, 2));
            device.end(SimulatedFault.POWER_CUT);
            device.close();
            try (SimulatedDevice after = new SimulatedDevice(fresh, SimulatedFaults.NONE, seed)) {
                for (int block = 0; block < after.report(0).writtenBytes() / BLOCK; block++) {
                    found |= firstByte(after, block) == 1;
                }
            }
        }
        assertThat(found).isTrue();
    }

    @Test
    void aKilledProcessLosesNothingThatTheDeviceHadTaken() {
        SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, 5);
        device.write(0, filled(3, 1));
        device.end(SimulatedFault.KILL);
        device.close();

        try (SimulatedDevice after = new SimulatedDevice(medium, SimulatedFaults.NONE, 5)) {
            assertThat(after.report(0).writtenBytes()).isEqualTo(3L * BLOCK);
            assertThat(firstByte(after, 2)).isEqualTo(1);
        }
    }

    @Test
    void oneSeedIsOneOrderOfCompletion() {
        assertThat(orderOfCompletion(7)).isEqualTo(orderOfCompletion(7)).isNotEqualTo(orderOfCompletion(8));
    }

    private static List<Integer> orderOfCompletion(long seed) {
        List<Integer> order = new ArrayList<>();
        try (SimulatedDevice device = new SimulatedDevice(new SimulatedMedium(SMALL), SimulatedFaults.NONE, seed)) {
            device.write(0, filled(16, 1));
            try (IoQueue queue = device.openQueue(new IoQueueSettings(16, true, false, List.of()))) {
                for (int i = 0; i < 16; i++) {
                    int number = i;
                    IoRequest request = new IoRequest() {
                        @Override
                        protected void completed(DeviceException failure) {
                            order.add(number);
                        }
                    };
                    request.read((long) i * BLOCK, Arena.ofAuto().allocate(BLOCK, BLOCK));
                    queue.submit(request);
                }
            }
        }
        assertThat(order).hasSize(16);
        return order;
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedFault.class,
            names = {"EIO", "ENOSPC", "EAGAIN", "SHORT", "TIMEOUT", "ZONE_READ_ONLY", "ZONE_OFFLINE"})
    void aFaultStrikesTheOperationThatWasNamed(SimulatedFault fault) {
        SimulatedFaults second = SimulatedFaults.once(fault, SimulatedOperation.WRITE, 1);
        try (SimulatedDevice device = new SimulatedDevice(medium, second, 3)) {
            device.write(0, filled(4, 1));
            assertThatThrownBy(() -> device.write(4 * BLOCK, filled(4, 2))).isInstanceOf(DeviceException.class);

            long done = switch (fault) {
                case SHORT -> 2;
                case TIMEOUT -> 4;
                default -> 0;
            };
            assertThat(device.report(0).writtenBytes()).isEqualTo((4 + done) * BLOCK);
            device.write(device.geometry().startOf(1), filled(4, 3));
        }
    }

    @Test
    void stuckRequestsFailOnceTheyAreCancelled() throws InterruptedException {
        SimulatedFaults stuck = SimulatedFaults.once(SimulatedFault.STUCK, SimulatedOperation.WRITE, 0);
        try (SimulatedDevice device = new SimulatedDevice(medium, stuck, 3);
                IoQueue queue = device.openQueue(new IoQueueSettings(2, true, true, List.of()))) {
            List<DeviceException> outcomes = new ArrayList<>();
            IoRequest request = new IoRequest() {
                @Override
                protected void completed(DeviceException failure) {
                    outcomes.add(failure);
                }
            };
            request.write(0, filled(1, 1));
            queue.submit(request);
            assertThat(queue.poll()).isZero();

            Thread canceller = Thread.ofPlatform().start(device::cancelStuck);
            assertThat(queue.await()).isOne();
            canceller.join();
            assertThat(outcomes).hasSize(1).doesNotContainNull();
            assertThat(device.report(0).writtenBytes()).isZero();
        }
    }

    private static MemorySegment filled(int blocks, int with) {
        return Arena.ofAuto().allocate((long) blocks * BLOCK, BLOCK).fill((byte) with);
    }

    private static int firstByte(ZonedDevice device, long block) {
        MemorySegment into = Arena.ofAuto().allocate(BLOCK, BLOCK);
        device.read(block * BLOCK, into);
        return into.get(ValueLayout.JAVA_BYTE, 0);
    }

    private static void refused(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
    }
}
