package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForeignDataTest {
    private static final int ZONE = 256 << 10;
    private static final int SEQUENTIAL_ZONE = 2;
    private static final FileGeometry SHAPE = FileGeometry.of(ZONE, 10).withConventionalZones(SEQUENTIAL_ZONE);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void foreignDataInAConventionalZoneIsNamedAndKept(FilesystemSignature signature) throws IOException {
        refusedAndKept(deviceWith(0, signature), signature.what());
    }

    @ParameterizedTest
    @EnumSource
    void foreignDataInASequentialZoneIsNamedAndKept(FilesystemSignature signature) throws IOException {
        refusedAndKept(deviceWith(SEQUENTIAL_ZONE * ZONE, signature), signature.what());
    }

    @Test
    void dataOfAnUnknownOwnerIsKept() throws IOException {
        for (long lastBlockOf : new long[] {ZONE, 2 * ZONE}) {
            Path path = folder.resolve("zones-" + lastBlockOf);
            try (Arena arena = Arena.ofConfined();
                    ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
                MemorySegment block = arena.allocate(4096, 4096);
                block.set(ValueLayout.JAVA_BYTE, 4095, (byte) 1);
                device.write(lastBlockOf - 4096, block);
            }
            refusedAndKept(path, "data that is not ours");
        }
    }

    @Test
    void aStoreOfAnotherFormatVersionIsNamedAndKept() throws IOException {
        Path path = folder.resolve("zones");
        try (ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
            writeSuperblock(device, (byte) 77);
        }
        refusedAndKept(
                path,
                "a store in format version 77, and this release reads version %d".formatted(SuperblockLayout.VERSION));
    }

    @Test
    void aDamagedSuperblockHasNoVersion() throws IOException {
        Path path = folder.resolve("zones");
        try (ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
            writeSuperblock(device, (byte) 77, (byte) 1);
        }
        refusedAndKept(path, "data that is not ours");
    }

    /** A superblock with another version and a matching checksum, and then with data behind its fields too. */
    private static void writeSuperblock(ZonedDevice device, byte version, byte... damage) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(SuperblockLayout.BLOCK_BYTES, SuperblockLayout.BLOCK_BYTES);
            ByteBuffer view = block.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            long location = (long) SEQUENTIAL_ZONE * ZONE / SuperblockLayout.BLOCK_BYTES;
            new SuperblockLayout()
                    .seal(
                            view,
                            0,
                            location,
                            new Superblock(DeviceIdentity.random(), 1, 0, 0, 2, ZONE, 10, 4096, 4096, 1, 1));
            view.put(4, version);
            CRC32C crc = new CRC32C();
            crc.update(block.asSlice(0, 12).asByteBuffer());
            crc.update(block.asSlice(16, view.getInt(8) - 16).asByteBuffer());
            view.putInt(12, (int) crc.getValue());
            view.put(90, damage);
            device.write((long) SEQUENTIAL_ZONE * ZONE, block);
        }
    }

    @Test
    void conventionalZonesOfZeroesHaveNoOwner() {
        Path path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
            device.write(0, arena.allocate(4096, 4096));
        }
        ZnsTier.open(path).close();
    }

    private Path deviceWith(long offset, FilesystemSignature signature) {
        Path path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
            MemorySegment start = arena.allocate(FilesystemSignature.REACH_BYTES, 4096);
            signature.writeTo(start);
            device.write(offset, start);
        }
        return path;
    }

    private static void refusedAndKept(Path path, String what) throws IOException {
        byte[] before = Files.readAllBytes(path);

        assertThatThrownBy(() -> ZnsTier.open(path))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FOREIGN))
                .hasMessageContaining("holds " + what);
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        ZnsTier taken = ZnsTier.builder(ZonedDevice.open(path)).force(true).open();
        // The first allocator formats the device.
        SlabAllocator.builder().limitBytes(16 << 20).coldTier(taken).build().close();
        ZnsTier.open(path).close();
    }
}
