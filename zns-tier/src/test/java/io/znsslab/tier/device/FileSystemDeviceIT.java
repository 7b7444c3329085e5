package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.emulation.host.HostCommand;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Device files on file systems that lack a feature. The tests mount them, for which they are root. */
@ZonedKernelTest
class FileSystemDeviceIT {
    private static final int BLOCK = 4096;
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, 16);

    @TempDir
    Path folder;

    private boolean mounted;

    private void mount(String type, String options) {
        run("mount", "-t", type, "-o", options, type, folder.toString());
        mounted = true;
    }

    @AfterEach
    void unmount() {
        if (mounted) {
            run("umount", folder.toString());
        }
    }

    private static void run(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HostCommand.find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        HostCommand.require(Path.of("/"), command);
    }

    /** The kernel's ramfs has never had direct transfers; its tmpfs takes the flag from 6.6 on. */
    @Test
    void aDeviceGoesThroughThePageCacheWhereThereAreNoDirectTransfers() {
        mount("ramfs", "mode=700");
        Path path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(3 * BLOCK, BLOCK).fill((byte) 42);
            try (FileZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
                assertThat(device.description()).contains("through the page cache");
                assertThat(device.missingRoomBytes()).isZero();
                device.preallocate(1);
                device.write(device.geometry().startOf(1), data);
                device.flush();
            }
            try (ZonedDevice device = ZonedDevice.open(path)) {
                MemorySegment back = arena.allocate(3 * BLOCK, BLOCK);
                device.read(device.geometry().startOf(1), back);
                assertThat(back.mismatch(data)).isEqualTo(-1);
            }
        }
    }

    @Test
    void aFileSystemThatIsReadOnlyIsNamedInOneSentence() {
        mount("tmpfs", "size=32m");
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SHAPE).close();
        run("mount", "-o", "remount,ro", folder.toString());

        refusedAsReadOnly(path, () -> ZonedDevice.open(path));
        Path another = folder.resolve("another");
        refusedAsReadOnly(another, () -> FileZonedDevice.create(another, SHAPE));
    }

    private static void refusedAsReadOnly(Path path, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.ACCESS_DENIED))
                .hasMessage(path + " can't be opened for writing (EROFS): its file system is mounted read-only");
    }

    @Test
    void aDeviceThatIsLargerThanItsFileSystemSaysHowMuchAndIsFullThere() {
        mount("tmpfs", "size=8m");
        try (FileZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SHAPE)) {
            assertThat(device.missingRoomBytes()).isBetween(8L << 20, 10L << 20);
            device.preallocate(0);
            assertThatThrownBy(() -> {
                        for (int zone = 1; zone < SHAPE.zoneCount(); zone++) {
                            device.preallocate(zone);
                        }
                    })
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FULL));
        }
    }

    @Test
    void aFileSystemWithoutRoomForTheTableLeavesNoFile() {
        mount("tmpfs", "size=16k");
        Path path = folder.resolve("zones");
        assertThatThrownBy(() -> FileZonedDevice.create(path, FileGeometry.of(1 << 20, 1000)))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FULL));
        assertThat(path).doesNotExist();
    }
}
