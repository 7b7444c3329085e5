package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device file that was opened to be read. */
class ReadOnlyFileTest {
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, 8);
    private static final int BLOCK = 4096;

    @TempDir
    Path folder;

    private Path file;
    private final MemorySegment block = Arena.ofAuto().allocate(BLOCK, BLOCK).fill((byte) 7);

    @BeforeEach
    void makeADevice() {
        file = folder.resolve("zones");
        try (ZonedDevice device = FileZonedDevice.create(file, SHAPE)) {
            device.write(0, block);
        }
    }

    @Test
    void isReadAndRefusesEverythingElse() throws IOException {
        byte[] before = Files.readAllBytes(file);
        try (ZonedDevice device = ZonedDevice.openReadOnly(file)) {
            MemorySegment read = Arena.ofAuto().allocate(BLOCK, BLOCK);
            device.read(0, read);
            assertThat(read.mismatch(block)).isEqualTo(-1);
            assertThat(device.isWrittenByOthers()).isFalse();
            assertThat(device.report(0).writtenBytes()).isEqualTo(BLOCK);
            List<Consumer<ZonedDevice>> changes = List.of(
                    changed -> changed.write(BLOCK, block),
                    ZonedDevice::flush,
                    changed -> changed.resetZone(0),
                    changed -> changed.finishZone(0),
                    changed -> changed.openZone(1),
                    changed -> changed.closeZone(0),
                    changed -> changed.preallocate(1));
            for (Consumer<ZonedDevice> change : changes) {
                assertThatThrownBy(() -> change.accept(device))
                        .isInstanceOfSatisfying(
                                DeviceException.class,
                                e -> assertThat(e.problem()).isEqualTo(Problem.ACCESS_DENIED))
                        .hasMessageContaining("opened for reading only");
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void needsNoPermissionToWriteAndNoOwner() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

        try (ZonedDevice device = ZonedDevice.openReadOnly(file)) {
            assertThat(device.report(0).writtenBytes()).isEqualTo(BLOCK);
        }
    }

    @Test
    void keepsWritersOutAndNoReaders() {
        try (ZonedDevice one = ZonedDevice.openReadOnly(file);
                ZonedDevice other = ZonedDevice.openReadOnly(file)) {
            assertThat(one.isWrittenByOthers()).isFalse();
            assertThat(other.isWrittenByOthers()).isFalse();
            assertThatThrownBy(() -> FileZonedDevice.open(file))
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BUSY));
        }
        FileZonedDevice.open(file).close();
    }

    @Test
    void isReadBesideAWriterAsOfItsLastFlush() {
        try (ZonedDevice writer = FileZonedDevice.open(file)) {
            writer.write(BLOCK, block);
            writer.flush();
            writer.write(2 * BLOCK, block);
            try (ZonedDevice reader = ZonedDevice.openReadOnly(file)) {
                assertThat(reader.isWrittenByOthers()).isTrue();
                assertThat(reader.report(0).writtenBytes()).isEqualTo(2 * BLOCK);
            }
            writer.write(3 * BLOCK, block);
        }
        try (ZonedDevice device = ZonedDevice.openReadOnly(file)) {
            assertThat(device.report(0).writtenBytes()).isEqualTo(4 * BLOCK);
        }
    }

    @Test
    void hasToBeADeviceFile() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "x".repeat(3 * BLOCK));
        assertThatThrownBy(() -> ZonedDevice.openReadOnly(text))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_ZONED));
        assertThatThrownBy(() -> ZonedDevice.openReadOnly(folder.resolve("nothing")))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MISSING));
    }
}
