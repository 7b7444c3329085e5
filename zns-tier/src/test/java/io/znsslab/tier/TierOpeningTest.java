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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Devices that a tier is opened on: used before, foreign, or too small. */
class TierOpeningTest extends TierOnAFile {
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
            assertThat(tier.recovery().objects()).isEqualTo(4 * 2 + 5);
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

    @Test
    void nothingIsLeftBehindInTheFolder() throws IOException {
        openTier(SMALL).close();

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("zones"));
        }
    }

    private static void assertRefusedAs(Problem problem, ZonedDevice device, boolean force) {
        assertThatThrownBy(() -> ZnsTier.builder(device).force(force).open())
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }
}
