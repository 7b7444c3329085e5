package io.znsslab.bindings;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFileTest {

    private static final int BLOCK = 4096;

    @TempDir
    private Path folder;

    @Test
    void dataWrittenAtAnOffsetIsReadThere() {
        try (NativeFile file = create("data");
                Arena arena = Arena.ofConfined()) {
            MemorySegment written = arena.allocateFrom("at block three");
            MemorySegment read = arena.allocate(written.byteSize());

            assertThat(file.write(written, 3 * BLOCK)).isEqualTo(written.byteSize());
            assertThat(file.read(read, 3 * BLOCK)).isEqualTo(written.byteSize());
            assertThat(read.getString(0)).isEqualTo("at block three");
        }
    }

    @Test
    void readingAtTheEndGivesNoBytes() {
        try (NativeFile file = create("empty");
                Arena arena = Arena.ofConfined()) {
            assertThat(file.read(arena.allocate(16), 0)).isZero();
        }
    }

    @Test
    void directFilesTakeAlignedBlocksAndRefuseOthers() {
        Path path = folder.resolve("direct");
        try (NativeFile file = NativeFile.open(
                        path, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.DIRECT, OpenFlag.DATA_SYNC);
                Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK, BLOCK).fill((byte) 7);

            assertThat(file.write(block, BLOCK)).isEqualTo(BLOCK);
            assertThatThrownBy(() -> file.write(block.asSlice(1), BLOCK))
                    .hasMessage("pwrite of 4095 bytes at 4096 of " + path + ": EINVAL (22), Invalid argument");
        }
    }

    @Test
    void aMissingFileIsNamedWithHowItWasToBeOpened() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> NativeFile.open(missing, OpenFlag.READ_WRITE, OpenFlag.DIRECT))
                .isInstanceOfSatisfying(
                        NativeException.class,
                        failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage("open " + missing + " [READ_WRITE, DIRECT]: ENOENT (2), No such file or directory");
    }

    @Test
    void eachThreadGetsTheErrorOfItsOwnCall() throws Exception {
        Path missing = folder.resolve("missing");
        Path taken = Files.createFile(folder.resolve("taken"));
        StringBuilder wrong = new StringBuilder();
        Thread other = Thread.ofPlatform().start(() -> expectErrno(Errno.ENOENT, missing, wrong, OpenFlag.READ_ONLY));
        StringBuilder wrongHere = new StringBuilder();
        expectErrno(17, taken, wrongHere, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
        other.join();

        assertThat(wrong).isEmpty();
        assertThat(wrongHere).isEmpty();
    }

    @Test
    void aPunchedHoleReadsAsZeroesAndTakesNoRoom() throws Exception {
        try (NativeFile file = create("holes");
                Arena arena = Arena.ofConfined()) {
            MemorySegment blocks = arena.allocate(64L * BLOCK).fill((byte) 7);
            file.write(blocks, 0);
            file.syncData();
            long before = roomOf(file.path());

            file.punchHole(8L * BLOCK, 32L * BLOCK);
            file.sync();

            assertThat(roomOf(file.path())).isEqualTo(before - 32L * BLOCK);
            assertThat(Files.size(file.path())).isEqualTo(64L * BLOCK);
            file.read(blocks, 0);
            assertThat(blocks.get(ValueLayout.JAVA_BYTE, 8L * BLOCK)).isZero();
            assertThat(blocks.get(ValueLayout.JAVA_BYTE, 40L * BLOCK)).isEqualTo((byte) 7);
        }
    }

    @Test
    void truncatingSetsTheSizeWithoutRoomAndAllocatingTakesIt() throws Exception {
        try (NativeFile file = create("sized")) {
            file.truncate(1L << 30);
            assertThat(Files.size(file.path())).isEqualTo(1L << 30);
            assertThat(roomOf(file.path())).isLessThan(1L << 20);

            file.allocate(0, 16L * BLOCK);
            assertThat(roomOf(file.path())).isGreaterThanOrEqualTo(16L * BLOCK);
        }
    }

    @Test
    void aLockIsHeldByOneOpenAtATimeAndFallsWithIt() {
        Path path = folder.resolve("locked");
        NativeFile first = create("locked");
        try (NativeFile second = NativeFile.open(path, OpenFlag.READ_WRITE)) {
            assertThat(first.tryLock()).isTrue();
            assertThat(second.tryLock()).isFalse();

            first.close();
            assertThat(second.tryLock()).isTrue();
        }
    }

    @Test
    void aFileThatIsNoBlockDeviceHasNoDeviceSize() {
        try (NativeFile file = create("regular")) {
            assertThatThrownBy(file::blockDeviceBytes)
                    .hasMessageStartingWith("ioctl(BLKGETSIZE64) of " + file.path() + ": ENOTTY (25)");
            assertThatThrownBy(file::logicalBlockBytes).hasMessageStartingWith("ioctl(BLKSSZGET)");
        }
    }

    @Test
    void aClosedFileRefusesFurtherCalls() {
        NativeFile file = create("closed");
        file.close();
        file.close();

        assertThatThrownBy(file::sync)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(folder.resolve("closed") + " is closed");
        assertThatThrownBy(file::descriptor).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryWhoseArenaIsClosedIsNeverHandedToTheKernel() {
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(BLOCK);
        }
        try (NativeFile file = create("late")) {
            assertThatThrownBy(() -> file.write(gone, 0)).isInstanceOf(IllegalStateException.class);
        }
    }

    private NativeFile create(String name) {
        return NativeFile.open(folder.resolve(name), OpenFlag.READ_WRITE, OpenFlag.CREATE);
    }

    private static void expectErrno(int expected, Path path, StringBuilder wrong, OpenFlag... flags) {
        for (int round = 0; round < 5_000; round++) {
            try (NativeFile file = NativeFile.open(path, flags)) {
                wrong.append("opened ").append(file);
            } catch (NativeException failure) {
                if (failure.errno() != expected) {
                    wrong.append(failure);
                }
            }
        }
    }

    private static long roomOf(Path path) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
        return 512 * Long.parseLong(new String(stat.getInputStream().readAllBytes(), US_ASCII).strip());
    }

    @Test
    void functionsAreDescribedAsTheHeadersDeclareThem() {
        Map<MethodHandle, MethodHandle> generated = Map.of(
                NativeFile.OPEN, LibC.open.makeInvoker(LibC.C_INT).handle(),
                NativeFile.Seldom.IOCTL, LibC.ioctl.makeInvoker(LibC.C_POINTER).handle(),
                NativeFile.CLOSE, LibC.close$handle(),
                NativeFile.PREAD, LibC.pread$handle(),
                NativeFile.PWRITE, LibC.pwrite$handle(),
                NativeFile.FSYNC, LibC.fsync$handle(),
                NativeFile.FDATASYNC, LibC.fdatasync$handle(),
                NativeFile.Seldom.FTRUNCATE, LibC.ftruncate$handle(),
                NativeFile.Seldom.FALLOCATE, LibC.fallocate$handle(),
                NativeFile.FLOCK, LibC.flock$handle());
        // The segment for errno comes first.
        generated.forEach((ours, declared) ->
                assertThat(ours.type().dropParameterTypes(0, 1)).isEqualTo(declared.type()));
    }
}
