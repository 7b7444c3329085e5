package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.Errno;
import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileZonedDeviceTest {
    private static final int BLOCK = 4096;
    private static final FileGeometry SMALL = FileGeometry.of(1 << 20, 16).withLimits(3, 4);

    @TempDir
    Path folder;

    @Nested
    class OfFullCapacity extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            return FileZonedDevice.create(folder.resolve("zones"), SMALL);
        }
    }

    @Nested
    class OfCapacityBelowZoneSizeWithConventionalZonesAndSmallBlocks extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            FileGeometry shape = FileGeometry.of(1 << 20, 16)
                    .withZoneCapacityBytes(700 << 10)
                    .withConventionalZones(2)
                    .withBlockBytes(512)
                    .withLimits(2, 2);
            return FileZonedDevice.create(folder.resolve("zones"), shape);
        }
    }

    @Nested
    class WithoutLimits extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            return FileZonedDevice.create(folder.resolve("zones"), SMALL.withLimits(0, 0));
        }
    }

    @Test
    void zonesAreFoundAsTheyWereLeft() {
        Path path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(3 * BLOCK, BLOCK).fill((byte) 42);
            try (ZonedDevice device = FileZonedDevice.create(path, SMALL)) {
                device.write(0, data);
                device.write(device.geometry().startOf(1), data);
                device.finishZone(1);
                device.openZone(2);
            }
            try (ZonedDevice device = ZonedDevice.open(path)) {
                assertThat(device.report(0).condition()).isEqualTo(ZoneCondition.CLOSED);
                assertThat(device.report(0).writtenBytes()).isEqualTo(3 * BLOCK);
                assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.FULL);
                assertThat(device.report(2).condition()).isEqualTo(ZoneCondition.EMPTY);
                MemorySegment back = arena.allocate(3 * BLOCK, BLOCK);
                device.read(0, back);
                assertThat(back.mismatch(data)).isEqualTo(-1);
                device.write(3 * BLOCK, data);
            }
        }
    }

    @Test
    void aReadOnlyZoneIsReadAndNotWritten() {
        try (Arena arena = Arena.ofConfined();
                FileZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SMALL)) {
            MemorySegment data = arena.allocate(BLOCK, BLOCK);
            device.write(0, data);
            device.failZone(0, ZoneCondition.READ_ONLY);

            device.read(0, data);
            refused(Problem.ZONE_FAULT, () -> device.write(BLOCK, data));
            refused(Problem.ZONE_FAULT, () -> device.resetZone(0));
        }
    }

    @Test
    void anOfflineZoneIsNeitherReadNorWritten() {
        Path path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(BLOCK, BLOCK);
            try (FileZonedDevice device = FileZonedDevice.create(path, SMALL)) {
                device.write(0, data);
                device.failZone(0, ZoneCondition.OFFLINE);
                refused(Problem.ZONE_FAULT, () -> device.read(0, data));
            }
            try (ZonedDevice device = ZonedDevice.open(path)) {
                refused(Problem.ZONE_FAULT, () -> device.read(0, data));
                refused(Problem.ZONE_FAULT, () -> device.write(BLOCK, data));
            }
        }
    }

    @Test
    void aNewFileIsItsOwnersAlone() throws IOException {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL).close();

        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aFileThatExistsIsNotOverwritten() throws IOException {
        Path path = folder.resolve("letters");
        Files.writeString(path, "to whom it may concern");

        refused(Problem.FOREIGN, () -> FileZonedDevice.create(path, SMALL));
        assertThat(Files.readString(path)).isEqualTo("to whom it may concern");
    }

    @Test
    void aFileWithOtherContentsIsRefused() throws IOException {
        Path path = folder.resolve("letters");
        Files.writeString(path, "to whom it may concern ".repeat(1000));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));

        refused(Problem.NOT_ZONED, () -> ZonedDevice.open(path));
        Files.writeString(path, "short");
        refused(Problem.NOT_ZONED, () -> ZonedDevice.open(path));
    }

    @Test
    void aSymbolicLinkIsFollowedToADeviceAndNeverTakenAsThePlaceOfANewOne() throws IOException {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL).close();
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nothing"));

        try (ZonedDevice device = ZonedDevice.open(link)) {
            assertThat(device.name()).isEqualTo(link.toString());
            refused(Problem.BUSY, () -> FileZonedDevice.open(path));
        }
        refused(Problem.FOREIGN, () -> FileZonedDevice.create(link, SMALL));
        refused(Problem.FOREIGN, () -> FileZonedDevice.create(dangling, SMALL));
        assertThat(folder.resolve("nothing")).doesNotExist();
        assertThatThrownBy(() -> ZonedDevice.open(dangling))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("is a symbolic link to nothing");
    }

    @Test
    void aLinkToAFileOfOthersIsRefusedWithoutAnyAdviceForIt() throws IOException {
        Path letters = Files.writeString(folder.resolve("letters"), "to whom it may concern ".repeat(1000));
        Files.setPosixFilePermissions(letters, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), letters);

        for (Path path : List.of(letters, link)) {
            assertThatThrownBy(() -> ZonedDevice.open(path))
                    .isInstanceOfSatisfying(
                            DeviceException.class,
                            refused -> assertThat(refused.problem()).isEqualTo(Problem.NOT_ZONED))
                    .hasMessageNotContaining("chmod")
                    .hasMessageNotContaining("root");
        }
    }

    @Test
    void aFolderThatIsMissingIsNotToldAsAMissingDevice() {
        Path path = folder.resolve("no/such/folder/zones");

        assertThatThrownBy(() -> FileZonedDevice.create(path, SMALL))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("there is no folder " + path.getParent())
                .hasMessageNotContaining("no device");
    }

    @Test
    void lookingAtWhatAKilledProcessLeftChangesNothing() throws IOException {
        Path path = folder.resolve("zones");
        Path left = folder.resolve("left");
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = FileZonedDevice.create(path, SMALL)) {
            device.write(0, arena.allocate(BLOCK, BLOCK));
            device.openZone(1);
            device.flush();
            Files.copy(path, left, StandardCopyOption.COPY_ATTRIBUTES);
        }
        byte[] before = Files.readAllBytes(left);

        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = ZonedDevice.open(left)) {
            assertThat(device.report()).hasSize(16);
            assertThat(device.report(0).condition()).isEqualTo(ZoneCondition.CLOSED);
            device.read(0, arena.allocate(BLOCK, BLOCK));
        }

        assertThat(Files.readAllBytes(left)).isEqualTo(before);
    }

    @Test
    void anotherProcessIsRefusedWhileTheFileIsOpen() throws Exception {
        Path path = folder.resolve("zones");
        try (ZonedDevice _ = FileZonedDevice.create(path, SMALL)) {
            assertThat(OtherProcess.opening(path)).isEqualTo("BUSY");
        }
        assertThat(OtherProcess.opening(path)).isEqualTo("opened");
    }

    @Test
    void aFileThatOthersMayUseIsRefused() throws IOException {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL).close();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> ZonedDevice.open(path))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FOREIGN))
                .hasMessageContaining("chmod 600")
                .hasMessageContaining("660");
    }

    @Test
    void aFileThatItsOwnerSharesWithAGroupOfOursOpens() throws IOException {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL).close();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));

        ZonedDevice.open(path).close();
        assertThat(ProcessIdentity.groups()).contains((int) Files.getAttribute(path, "unix:gid"));
    }

    @Test
    void aFileSystemThatKeepsNoPermissionsIsRefusedWhenTheFileIsMade() {
        Path path = folder.resolve("zones");
        FileFaults ofAll = new FileFaults() {
            @Override
            public int errnoOf(Change change, long offset) {
                return 0;
            }

            @Override
            public int permissionsOf(int found) {
                return 0755;
            }
        };
        assertThatThrownBy(() -> FileZonedDevice.create(path, SMALL, ofAll))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.ACCESS_DENIED))
                .hasMessageContaining("keeps no permissions")
                .hasMessageContaining("umask=077")
                .message()
                .hasLineCount(1);
        assertThat(path).doesNotExist();
    }

    @Test
    void aFileThatIsLargerThanWhatIsFreeIsMadeAndSaysHowMuchIsMissing() {
        long free = folder.toFile().getUsableSpace();
        int zones = (int) (free >> 30) + 4;
        try (FileZonedDevice device =
                FileZonedDevice.create(folder.resolve("large"), FileGeometry.of(1 << 30, zones))) {
            assertThat(device.missingRoomBytes()).isPositive();
        }
        try (FileZonedDevice device = FileZonedDevice.create(folder.resolve("small"), SMALL)) {
            assertThat(device.missingRoomBytes()).isZero();
        }
    }

    @Test
    void noMessageAsksToChangeThePermissionsOfAFileThatIsNoDevice() throws IOException {
        Path path = folder.resolve("letters");
        Files.writeString(path, "to whom it may concern ".repeat(1000));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> ZonedDevice.open(path))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_ZONED))
                .hasMessageNotContaining("chmod");
    }

    @Test
    void blocksThatTheDiskDoesNotTakeAreRefusedWithThoseThatItDoes() {
        Path path = folder.resolve("zones");
        FileFaults coarse = (change, size) -> change == FileFaults.Change.TRY_BLOCK && size < 4096 ? Errno.EINVAL : 0;

        assertThatThrownBy(() -> FileZonedDevice.create(path, SMALL.withBlockBytes(512), coarse))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("blocks of 512 bytes")
                .hasMessageContaining("4096");
        assertThat(path).doesNotExist();
        FileZonedDevice.create(path, SMALL, coarse).close();
    }

    @Test
    void aFileThatWasMovedToADiskOfLargerBlocksIsRefused() {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL.withBlockBytes(512)).close();
        FileFaults coarse = (change, size) -> change == FileFaults.Change.TRY_BLOCK && size < 4096 ? Errno.EINVAL : 0;

        refused(Problem.OUT_OF_RANGE, () -> FileZonedDevice.open(path, coarse));
    }

    @Test
    void aFlushCostsWhatChangedAndNotWhatZonesThereAre() {
        long[] written = new long[1];
        FileFaults counting = (change, offset) -> {
            written[0] += change == FileFaults.Change.WRITE_TABLE ? 1 : 0;
            return 0;
        };
        try (Arena arena = Arena.ofConfined();
                FileZonedDevice device =
                        FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(4096, 100_000), counting)) {
            device.flush();
            written[0] = 0;
            device.write(4096L * 70_000, arena.allocate(BLOCK, BLOCK));
            device.flush();
            device.flush();
            // One block of the table, and its copy.
            assertThat(written[0]).isEqualTo(2);
        }
    }

    @Test
    void aMissingDeviceIsNamedInOneLine() {
        Path path = folder.resolve("nowhere");

        assertThatThrownBy(() -> ZonedDevice.open(path)).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.MISSING);
            assertThat(e.getMessage()).contains(path.toString()).doesNotContain("\n");
        });
    }

    @Test
    void whatIsNeitherFileNorZonedDeviceIsRefused() {
        refused(Problem.NOT_ZONED, () -> ZonedDevice.open(folder));
        refused(Problem.NOT_ZONED, () -> ZonedDevice.open(Path.of("/dev/null")));
    }

    @Test
    void aFileThatWasCutShortIsRefused() throws IOException {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, SMALL).close();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        refused(Problem.CORRUPT, () -> ZonedDevice.open(path));
    }

    private static void refused(Problem problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
    }

    /** A process that opens a device and reports the result. */
    static final class OtherProcess {
        private OtherProcess() {}

        /** The result: "opened", or the {@link DeviceException.Problem}. */
        static String opening(Path path) throws IOException, InterruptedException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProcess.class.getName(),
                            path.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return answer;
        }

        /** Main class of the other process: opens the device that its argument names. */
        public static void main(String[] arguments) {
            try (ZonedDevice _ = ZonedDevice.open(Path.of(arguments[0]))) {
                System.out.print("opened");
            } catch (DeviceException e) {
                System.out.print(e.problem());
            }
        }
    }
}
