package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A damaged header or zone table of a device file: its copy replaces it, and the zones themselves replace what both
 * copies lack.
 */
class FileCopiesTest {
    private static final int BLOCK = 4096;
    private static final FileGeometry SHAPE =
            FileGeometry.of(64 << 10, 6).withConventionalZones(1).withLimits(4, 4);
    private static final int HEADER_BYTES = 56;
    private static final long COPY = FileHeaderLayout.copyOffset(SHAPE);
    private static final long COPY_OF_HEADER = COPY + FileHeaderLayout.tableBytes(SHAPE.zoneCount());

    /** Held, since the log manager forgets loggers without a reference, and their levels with them. */
    private static final Logger QUIET = Logger.getLogger("io.znsslab.tier");

    @TempDir
    Path folder;

    private Path path;
    private List<ZoneDescriptor> zones;

    @BeforeEach
    void makeDevice() {
        QUIET.setLevel(Level.OFF);
        path = folder.resolve("zones");
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = FileZonedDevice.create(path, SHAPE)) {
            device.write(device.geometry().startOf(1), arena.allocate(3 * BLOCK, BLOCK));
            device.write(device.geometry().startOf(2), arena.allocate(BLOCK, BLOCK));
            device.finishZone(2);
            device.write(device.geometry().startOf(3), arena.allocate(BLOCK, BLOCK));
            device.flush();
            device.resetZone(3);
        }
        try (ZonedDevice device = ZonedDevice.open(path)) {
            zones = device.report();
        }
    }

    @AfterEach
    void warnAgain() {
        QUIET.setLevel(null);
    }

    @Test
    void anyByteOfHeadersAndTablesMayBeWrong() throws IOException {
        List<Long> structures = new ArrayList<>(List.of(0L, COPY_OF_HEADER));
        for (int zone = 0; zone < SHAPE.zoneCount(); zone++) {
            structures.add(FileHeaderLayout.TABLE_OFFSET + (long) zone * ZoneEntryLayout.LENGTH);
            structures.add(COPY + (long) zone * ZoneEntryLayout.LENGTH);
        }
        for (long structure : structures) {
            boolean isHeader = structure == 0 || structure == COPY_OF_HEADER;
            for (int offset = 0; offset < (isHeader ? HEADER_BYTES : ZoneEntryLayout.LENGTH); offset++) {
                for (int bit : new int[] {offset % 8, (offset + 5) % 8}) {
                    flip(structure + offset, 1 << bit);
                    requireUnchanged("bit " + bit + " of byte " + (structure + offset));
                    flip(structure + offset, 1 << bit);
                }
            }
        }
    }

    @Test
    void aWholeBlockOfEachMayBeGone() throws IOException {
        for (long block : new long[] {0, FileHeaderLayout.TABLE_OFFSET, COPY, COPY_OF_HEADER}) {
            byte[] before = contents(block, BLOCK);
            overwrite(block, new byte[BLOCK]);
            requireUnchanged("block at " + block);
            overwrite(block, before);
        }
    }

    @Test
    void lookingAtADamagedFileWritesNothing() throws IOException {
        flip(40, 4);
        flip(FileHeaderLayout.TABLE_OFFSET + 40, 4);
        byte[] before = Files.readAllBytes(path);

        requireUnchanged("looked at");

        assertThat(Files.readAllBytes(path)).isEqualTo(before);
    }

    @Test
    void theNextChangeRepairsWhatWasDamaged() throws IOException {
        flip(40, 4);
        flip(FileHeaderLayout.TABLE_OFFSET + 40, 4);
        try (ZonedDevice device = ZonedDevice.open(path)) {
            device.resetZone(1);
        }
        assertThat(contents(0, BLOCK)).isEqualTo(contents(COPY_OF_HEADER, BLOCK));
        assertThat(contents(FileHeaderLayout.TABLE_OFFSET, BLOCK)).isEqualTo(contents(COPY, BLOCK));
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
            assertThat(device.report(2)).isEqualTo(zones.get(2));
        }
    }

    @Test
    void theNewerOfTwoCopiesCountsWhicheverItIs() throws IOException {
        byte[] older = contents(FileHeaderLayout.TABLE_OFFSET, BLOCK);
        try (ZonedDevice device = ZonedDevice.open(path)) {
            device.resetZone(1);
        }
        byte[] newer = contents(COPY, BLOCK);
        for (long copyOffset : new long[] {FileHeaderLayout.TABLE_OFFSET, COPY}) {
            overwrite(copyOffset, older);
            try (ZonedDevice device = ZonedDevice.open(path)) {
                assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
            }
            overwrite(copyOffset, newer);
        }
    }

    @Test
    void aZoneThatNoCopyKnowsIsFullUntilItIsReset() throws IOException {
        flip(FileHeaderLayout.TABLE_OFFSET + ZoneEntryLayout.LENGTH, 1);
        flip(COPY + ZoneEntryLayout.LENGTH, 1);
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.FULL);
            assertThat(device.report(2)).isEqualTo(zones.get(2));
            device.resetZone(1);
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
        }
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
        }
    }

    @Test
    void aTableOfManyBlocksIsMendedWhereItIsDamaged() throws IOException {
        path = folder.resolve("many");
        FileGeometry shape = FileGeometry.of(BLOCK, 3 * ZoneEntryBatch.MOST).withLimits(0, 0);
        int[] spoiled = {0, 127, 128, ZoneEntryBatch.MOST - 1, ZoneEntryBatch.MOST, 3 * ZoneEntryBatch.MOST - 1};
        try (FileZonedDevice device = FileZonedDevice.create(path, shape)) {
            for (int zone : spoiled) {
                device.failZone(zone, ZoneCondition.READ_ONLY);
            }
            zones = device.report();
        }
        for (long table : new long[] {FileHeaderLayout.TABLE_OFFSET, FileHeaderLayout.copyOffset(shape)}) {
            for (int zone : spoiled) {
                flip(table + (long) zone * ZoneEntryLayout.LENGTH + 5, 1);
            }
            requireUnchanged("the table at " + table);
            try (ZonedDevice device = ZonedDevice.open(path)) {
                device.finishZone(1);
                zones = device.report();
            }
            requireUnchanged("the table at " + table + ", mended");
        }
    }

    @Test
    void aHeaderWithoutASoundCopyIsRefused() throws IOException {
        flip(16, 1);
        flip(COPY_OF_HEADER + 16, 1);
        assertThatThrownBy(() -> ZonedDevice.open(path))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
    }

    @Test
    void aFileOfTheFirstVersionOpensAndGetsCopiesWhenItIsWritten() throws IOException {
        makeFirstVersion();
        byte[] before = Files.readAllBytes(path);
        requireUnchanged("version 1");
        assertThat(Files.readAllBytes(path)).isEqualTo(before);

        try (ZonedDevice device = ZonedDevice.open(path)) {
            device.resetZone(1);
        }
        assertThat(Files.size(path)).isEqualTo(FileHeaderLayout.fileBytes(SHAPE, FileHeaderLayout.VERSION));
        flip(16, 1);
        flip(FileHeaderLayout.TABLE_OFFSET + ZoneEntryLayout.LENGTH, 1);
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
            assertThat(device.report(2)).isEqualTo(zones.get(2));
        }
    }

    @Test
    void aFileOfTheFirstVersionThatCannotGrowGoesOnWithoutCopies() throws IOException {
        makeFirstVersion();
        int[] writes = new int[1];
        FileFaults full = (change, offset) -> change == FileFaults.Change.WRITE_TABLE && writes[0]++ == 0 ? 28 : 0;
        try (ZonedDevice device = FileZonedDevice.open(path, full)) {
            device.resetZone(1);
            assertThat(writes[0]).isEqualTo(2);
        }
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report(1).condition()).isEqualTo(ZoneCondition.EMPTY);
            assertThat(device.report(2)).isEqualTo(zones.get(2));
        }
    }

    /** Makes the file as the first release did: without copies and counts of changes. */
    private void makeFirstVersion() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK);
            FileHeaderLayout.write(block, SHAPE, FileHeaderLayout.SINGLE_COPY_VERSION);
            file.write(block.asByteBuffer(), 0);
            block.fill((byte) 0);
            ByteBuffer table = block.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            for (ZoneDescriptor zone : zones) {
                ZoneEntryLayout.write(table, zone.index(), zone.index(), zone.condition(), zone.writtenBytes(), 0);
            }
            file.write(block.asByteBuffer(), FileHeaderLayout.TABLE_OFFSET);
            file.truncate(COPY);
        }
    }

    private void requireUnchanged(String what) {
        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(device.report()).as(what).isEqualTo(zones);
        } catch (DeviceException e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private void flip(long position, int bits) throws IOException {
        byte[] found = contents(position, 1);
        found[0] ^= (byte) bits;
        overwrite(position, found);
    }

    private byte[] contents(long position, int bytes) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(bytes);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.read(found, position);
        }
        return found.array();
    }

    private void overwrite(long position, byte[] contents) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(contents), position);
        }
    }
}
