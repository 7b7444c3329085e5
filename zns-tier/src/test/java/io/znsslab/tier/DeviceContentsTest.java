package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.report.ZoneContents;
import io.znsslab.tier.report.ZoneContents.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceContentsTest {
    private static final int ZONE = 1 << 20;
    private static final FileGeometry SHAPE = FileGeometry.of(ZONE, 16).withConventionalZones(1);

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("zones");
    }

    private static List<Kind> kinds(DeviceContents contents) {
        return contents.zones().stream().map(ZoneContents::kind).toList();
    }

    @Test
    void aNewDeviceHoldsNothing() {
        try (ZonedDevice device = FileZonedDevice.create(path(), SHAPE)) {
            DeviceContents contents = DeviceContents.of(device);

            assertThat(contents.kind()).isEqualTo(DeviceContents.Kind.NOTHING);
            assertThat(contents.store()).isEmpty();
            assertThat(contents.foreign()).isEmpty();
            assertThat(kinds(contents)).hasSize(16).containsOnly(Kind.NOTHING);
        }
    }

    @Test
    void aStoresLogAndDataAreKnownByItsNameAndLookingWritesNothing() throws IOException {
        FileZonedDevice.create(path(), SHAPE).close();
        ZnsTier tier = ZnsTier.open(path());
        UUID store = UUID.fromString(tier.deviceUuid());
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build()) {
            allocator.allocate(100, allocator.currentEpoch());
            allocator.closeEpoch(allocator.currentEpoch(), Disposition.DEMOTE).join();
        }
        byte[] before = Files.readAllBytes(path());

        try (ZonedDevice device = ZonedDevice.open(path())) {
            DeviceContents contents = DeviceContents.of(device);

            assertThat(contents.kind()).isEqualTo(DeviceContents.Kind.STORE);
            assertThat(contents.store())
                    .hasValueSatisfying(found -> assertThat(found.id()).isEqualTo(store));
            assertThat(kinds(contents))
                    .contains(Kind.LOG, Kind.DATA, Kind.NOTHING)
                    .doesNotContain(Kind.OTHER, Kind.UNREADABLE);
            assertThat(contents.zones())
                    .filteredOn(zone -> zone.kind() == Kind.LOG || zone.kind() == Kind.DATA)
                    .allSatisfy(zone -> assertThat(zone.store()).hasValue(store));
        }
        assertThat(Files.readAllBytes(path())).isEqualTo(before);
    }

    @Test
    void whatOthersHaveWrittenIsForeignAndAZoneThatIsOfflineCannotBeRead() {
        try (Arena arena = Arena.ofConfined();
                FileZonedDevice device = FileZonedDevice.create(path(), SHAPE)) {
            MemorySegment block = arena.allocate(4096, 4096);
            block.set(ValueLayout.JAVA_BYTE, 100, (byte) 1);
            device.write(3 * ZONE, block);
            device.failZone(5, ZoneCondition.OFFLINE);

            DeviceContents contents = DeviceContents.of(device);

            assertThat(contents.kind()).isEqualTo(DeviceContents.Kind.FOREIGN);
            assertThat(contents.foreign()).hasValue("data that is not ours");
            assertThat(contents.zones().get(3).kind()).isEqualTo(Kind.OTHER);
            assertThat(contents.zones().get(5).kind()).isEqualTo(Kind.UNREADABLE);
        }
    }
}
