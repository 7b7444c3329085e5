package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.emulation.host.HostCommand;
import io.znsslab.emulation.microvm.GuestTask;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device with a mounted zonefs, the file system that makes a file of each zone: the store refuses to open it, even by
 * force, and its content stays.
 *
 * <p>The superblock is that of the kernel's {@code fs/zonefs/zonefs.h}: a magic number, a CRC-32 without its last
 * inversion, and zeroes for the defaults.
 */
@ZonedKernelTest
class MountedDeviceIT {
    private static final int BLOCK = 4096;
    private static final String SUPERBLOCK_MAGIC = "SFOZ";
    private static final int CRC_OFFSET = 4;

    @TempDir
    Path folder;

    private NullBlockDevice emulated;
    private boolean mounted;

    @BeforeEach
    void makeAndMountDevice() throws IOException {
        emulated = ZonedDevices.nullBlock(NullBlockSettings.builder()
                .sizeBytes(32L << 20)
                .zoneBytes(4 << 20)
                .zoneCapacityBytes(4 << 20)
                .conventionalZones(2)
                .maxOpenZones(4)
                .maxActiveZones(4)
                .build());
        boolean known = knowsZonefs();
        // The micro-VM's kernel has zonefs. A user's own kernel may lack it, and then no zoned file system can be
        // mounted: the test is skipped there, but never in the micro-VM.
        assertThat(known || System.getenv(GuestTask.EVENTS_VARIABLE) == null)
                .as("zonefs is known in the micro-VM")
                .isTrue();
        Assumptions.assumeTrue(known, "this kernel has no zonefs, so that there is nothing to mount");
        try (ZonedDevice device = ZonedDevice.open(emulated.path());
                Arena arena = Arena.ofConfined()) {
            device.write(0, superblock(arena));
            device.flush();
        }
        run("mount", "-t", "zonefs", emulated.path().toString(), folder.toString());
        mounted = true;
    }

    @AfterEach
    void removeDevice() {
        unmount();
        emulated.close();
    }

    private void unmount() {
        if (mounted) {
            run("umount", folder.toString());
            mounted = false;
        }
    }

    /** The micro-VM loads the module; on another machine this may have to load it. */
    private boolean knowsZonefs() throws IOException {
        if (!isListed()) {
            HostCommand.find("modprobe")
                    .ifPresent(modprobe -> HostCommand.run(folder, List.of(modprobe.toString(), "zonefs")));
        }
        return isListed();
    }

    private static boolean isListed() throws IOException {
        return Files.readString(Path.of("/proc/filesystems")).contains("\tzonefs\n");
    }

    private static MemorySegment superblock(Arena arena) {
        MemorySegment block = arena.allocate(BLOCK, BLOCK);
        byte[] magic = SUPERBLOCK_MAGIC.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(magic, 0, block, ValueLayout.JAVA_BYTE, 0, magic.length);
        CRC32 crc = new CRC32();
        crc.update(block.asByteBuffer());
        block.set(ValueLayout.JAVA_INT, CRC_OFFSET, ~(int) crc.getValue());
        return block;
    }

    private static void run(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HostCommand.find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        HostCommand.require(Path.of("/"), command);
    }

    @Test
    void itIsRefusedInOneLineWithAdviceAsLongAsItIsMounted() throws IOException {
        Path file = folder.resolve("cnv/0");
        byte[] written = "what its owner keeps in it".getBytes(StandardCharsets.US_ASCII);
        Files.write(file, written, StandardOpenOption.WRITE);

        refused(() -> ZonedDevice.open(emulated.path()));
        refused(() -> ZnsTier.open(emulated.path()));

        assertThat(Files.readAllBytes(file)).startsWith(written);
        unmount();
        try (ZonedDevice device = ZonedDevice.open(emulated.path())) {
            assertThat(device.geometry().conventionalZones()).isEqualTo(2);
        }
        // The content is still a reason not to format the device.
        assertThatThrownBy(() -> ZnsTier.open(emulated.path()))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("a zonefs file system");
    }

    private void refused(ThrowingCallable opening) {
        String path = emulated.path().toString();
        assertThatThrownBy(opening).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.BUSY);
            assertThat(e)
                    .hasMessage(path + " is in use: mounted, or opened by another process (EBUSY): `lsblk " + path
                            + "` and `fuser -v " + path + "` say by whom");
        });
    }
}
