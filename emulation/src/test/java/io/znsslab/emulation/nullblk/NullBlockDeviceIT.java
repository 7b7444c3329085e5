package io.znsslab.emulation.nullblk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import io.znsslab.emulation.testing.BlkzoneReport;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

@ZonedKernelTest
class NullBlockDeviceIT {
    private static final long MEBIBYTE = 1L << 20;
    private static final int BLOCK = 4096;

    private final NullBlockDriver driver = ZonedDevices.nullBlockDriver();

    @Test
    void aDeviceIsThereUntilItIsClosed() {
        NullBlockDevice device = ZonedDevices.nullBlock(small().build());
        assertThat(device.path()).exists();
        assertThat(driver.names()).contains(device.name());

        device.close();

        assertThat(device.path()).doesNotExist();
        assertThat(driver.names()).doesNotContain(device.name());
        device.close();
    }

    @Test
    void theKernelReportsTheZonesThatWereAskedFor() {
        try (NullBlockDevice device =
                ZonedDevices.nullBlock(small().conventionalZones(2).build())) {
            List<BlkzoneReport.Zone> zones = BlkzoneReport.of(device.path());

            assertThat(zones).hasSize(16);
            assertThat(zones.subList(0, 2)).allMatch(BlkzoneReport.Zone::conventional);
            assertThat(zones.subList(2, 16)).allSatisfy(zone -> {
                assertThat(zone.conventional()).isFalse();
                assertThat(zone.length()).isEqualTo(4 * MEBIBYTE);
                assertThat(zone.capacity()).isEqualTo(3 * MEBIBYTE);
                assertThat(zone.condition()).isEqualTo("em");
            });
            assertThat(zones.getLast().start()).isEqualTo(60 * MEBIBYTE);
        }
    }

    @Test
    void theKernelKnowsTheLimitsThatWereAskedFor() throws IOException {
        NullBlockSettings settings = small().maxOpenZones(3)
                .maxActiveZones(5)
                .blockBytes(512)
                .maxTransferBytes(256 * 1024)
                .build();
        try (NullBlockDevice device = ZonedDevices.nullBlock(settings)) {
            assertThat(queue(device, "zoned")).isEqualTo("host-managed");
            assertThat(queue(device, "nr_zones")).isEqualTo("16");
            assertThat(queue(device, "chunk_sectors")).isEqualTo("8192");
            assertThat(queue(device, "max_open_zones")).isEqualTo("3");
            assertThat(queue(device, "max_active_zones")).isEqualTo("5");
            assertThat(queue(device, "logical_block_size")).isEqualTo("512");
            assertThat(queue(device, "max_hw_sectors_kb")).isEqualTo("256");
            assertThat(device.settings()).isEqualTo(settings);
        }
    }

    @Test
    void noMoreZonesCanBeOpenedThanTheLimit() {
        try (NullBlockDevice device =
                ZonedDevices.nullBlock(small().maxOpenZones(2).maxActiveZones(2).build())) {
            assertThat(openZone(device, 0)).isZero();
            assertThat(openZone(device, 1)).isZero();
            assertThat(openZone(device, 2)).isNotZero();
        }
    }

    @Test
    void dataAtTheWritePointerCanBeReadAndNoOtherPlaceCanBeWritten() throws IOException {
        try (NullBlockDevice device = ZonedDevices.nullBlock(small().build());
                FileChannel channel = open(device)) {
            ByteBuffer written = blocks(128, (byte) 7);
            assertThat(channel.write(written, 0)).isEqualTo(128 * BLOCK);
            assertThat(BlkzoneReport.of(device.path()).getFirst().writePointer())
                    .isEqualTo(128L * BLOCK);

            assertThatIOException().isThrownBy(() -> channel.write(blocks(1, (byte) 8), 64L * BLOCK));
            assertThatIOException().isThrownBy(() -> channel.write(blocks(1, (byte) 8), 129L * BLOCK));

            ByteBuffer read = blocks(128, (byte) 0);
            assertThat(channel.read(read, 0)).isEqualTo(128 * BLOCK);
            assertThat(read.flip()).isEqualTo(written.flip());
        }
    }

    @Test
    void aDeviceWithoutMemoryTakesWhatIsWrittenAndKeepsNothing() throws IOException {
        try (NullBlockDevice device =
                        ZonedDevices.nullBlock(small().memoryBacked(false).build());
                FileChannel channel = open(device)) {
            assertThat(channel.write(blocks(1, (byte) 7), 0)).isEqualTo(BLOCK);
            assertThat(BlkzoneReport.of(device.path()).getFirst().writePointer())
                    .isEqualTo(BLOCK);

            ByteBuffer read = blocks(1, (byte) 1);
            assertThat(channel.read(read, 0)).isEqualTo(BLOCK);
            assertThat(read.flip()).isNotEqualTo(blocks(1, (byte) 7));
        }
    }

    @Test
    void aRequestTakesAsLongAsTheDelayThatWasAskedFor() throws IOException {
        long delayNanos = 30_000_000;
        try (NullBlockDevice device = ZonedDevices.nullBlock(
                        small().completionDelayNanos(delayNanos).build());
                FileChannel channel = open(device)) {
            long start = System.nanoTime();
            channel.write(blocks(1, (byte) 7), 0);

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delayNanos);
        }
    }

    @Test
    void badBlocksFailUntilTheyAreRepairedAndTheirNeighboursDoNot() throws IOException {
        try (NullBlockDevice device = ZonedDevices.nullBlock(small().build());
                FileChannel channel = open(device)) {
            channel.write(blocks(4, (byte) 7), 0);

            device.failBlocks(BLOCK, 2 * BLOCK);

            assertThat(channel.read(blocks(1, (byte) 0), 0)).isEqualTo(BLOCK);
            assertThatIOException().isThrownBy(() -> channel.read(blocks(1, (byte) 0), BLOCK));
            assertThatIOException().isThrownBy(() -> channel.read(blocks(1, (byte) 0), 2 * BLOCK));
            assertThat(channel.read(blocks(1, (byte) 0), 3 * BLOCK)).isEqualTo(BLOCK);

            device.repairBlocks(BLOCK, 2 * BLOCK);
            assertThat(channel.read(blocks(4, (byte) 0), 0)).isEqualTo(4 * BLOCK);
        }
    }

    @Test
    void aReadOnlyZoneCanBeReadAndNotWritten() throws IOException {
        try (NullBlockDevice device = ZonedDevices.nullBlock(small().build());
                FileChannel channel = open(device)) {
            channel.write(blocks(1, (byte) 7), 0);

            device.toggleZoneReadOnly(0);

            assertThat(condition(device, 0)).isEqualTo("ro");
            assertThat(channel.read(blocks(1, (byte) 0), 0)).isEqualTo(BLOCK);
            assertThatIOException().isThrownBy(() -> channel.write(blocks(1, (byte) 8), BLOCK));
        }
    }

    @Test
    void anOfflineZoneCanNeitherBeReadNorWrittenAndIsEmptyWhenItComesBack() throws IOException {
        try (NullBlockDevice device =
                        ZonedDevices.nullBlock(small().conventionalZones(1).build());
                FileChannel channel = open(device)) {
            long zone = 4 * MEBIBYTE;
            channel.write(blocks(1, (byte) 7), zone);

            device.toggleZoneOffline(1);

            assertThat(condition(device, 1)).isEqualTo("of");
            assertThatIOException().isThrownBy(() -> channel.read(blocks(1, (byte) 0), zone));
            assertThatIOException().isThrownBy(() -> channel.write(blocks(1, (byte) 8), zone + BLOCK));

            device.toggleZoneOffline(1);
            assertThat(condition(device, 1)).isEqualTo("em");
        }
    }

    @Test
    void aDeviceThatWasLeftBehindIsFoundByItsNameAndRemoved() {
        NullBlockDevice left =
                ZonedDevices.nullBlock(small().conventionalZones(3).build());

        NullBlockDevice found = driver.device(left.name()).orElseThrow();
        assertThat(found.path()).isEqualTo(left.path());
        assertThat(found.settings()).isEqualTo(left.settings());

        driver.remove(left.name());
        assertThat(driver.device(left.name())).isEmpty();
        assertThat(left.path()).doesNotExist();
    }

    @Test
    void aNameThatIsTakenIsRefusedAndTheDeviceThatHasItStays() {
        try (NullBlockDevice device = ZonedDevices.nullBlock(small().build())) {
            assertThatExceptionOfType(EmulationException.class)
                    .isThrownBy(() -> driver.create(device.name(), small().build()))
                    .withMessageContaining("There is a null_blk device " + device.name() + " already");

            assertThat(device.path()).exists();
        }
    }

    private static NullBlockSettings.Builder small() {
        return NullBlockSettings.builder()
                .sizeBytes(64 * MEBIBYTE)
                .zoneBytes(4 * MEBIBYTE)
                .zoneCapacityBytes(3 * MEBIBYTE);
    }

    private static String queue(NullBlockDevice device, String attribute) throws IOException {
        Path folder = Path.of("/sys/block").resolve(device.path().getFileName()).resolve("queue");
        return Files.readString(folder.resolve(attribute)).strip();
    }

    private static int openZone(NullBlockDevice device, int zone) {
        long sector = zone * device.settings().zoneBytes() / 512;
        return HostCommand.run(
                        Path.of("/"),
                        List.of(
                                "blkzone",
                                "open",
                                "-o",
                                Long.toString(sector),
                                "-c",
                                "1",
                                device.path().toString()))
                .status();
    }

    private static String condition(NullBlockDevice device, int zone) {
        return BlkzoneReport.of(device.path()).get(zone).condition();
    }

    /** Direct, because a zone must be written in order and the page cache does not keep one. */
    private static FileChannel open(NullBlockDevice device) throws IOException {
        return FileChannel.open(device.path(), StandardOpenOption.READ, StandardOpenOption.WRITE, directOption());
    }

    /**
     * Looked up by reflection, because the compiler warns of every mention of this class, and the warning can't be
     * disabled.
     */
    private static OpenOption directOption() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This JDK has no direct file access", e);
        }
    }

    private static ByteBuffer blocks(int count, byte content) {
        ByteBuffer buffer = ByteBuffer.allocateDirect((count + 1) * BLOCK).alignedSlice(BLOCK);
        buffer.limit(count * BLOCK);
        while (buffer.hasRemaining()) {
            buffer.put(content);
        }
        return buffer.flip();
    }
}
