package io.znsslab.cli.bench;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is measured: a zoned block device, or an embedded device in a folder and a plain file beside it for fio. The
 * embedded device is written all over first, and fio's file by a run that does not count, so that neither has its file
 * system look for room while the clock runs.
 */
final class BenchTarget implements AutoCloseable {
    /** Zones that hold no slabs. */
    static final int METADATA_ZONES = 2;

    private final Path device;
    private final Path plainFile;
    private final FileGeometry shape;

    private BenchTarget(Path device, Path plainFile, FileGeometry shape) {
        this.device = device;
        this.plainFile = plainFile;
        this.shape = shape;
    }

    /** A block device that exists; all on it is lost. */
    static BenchTarget existing(Path device) {
        return new BenchTarget(device, device, null);
    }

    /** Files in a folder. */
    static BenchTarget inFolder(Path folder, long zoneBytes, int zones) {
        try {
            Path own = Files.createTempDirectory(folder, "zns-slab-bench-");
            return new BenchTarget(own.resolve("device"), own.resolve("plain"), FileGeometry.of(zoneBytes, zones));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE, "cannot make a folder in " + folder + ": " + e.getMessage(), e);
        }
    }

    boolean isZonedBlockDevice() {
        return shape == null;
    }

    /** The device, whatever is on it. */
    ZonedDevice open() {
        if (!isZonedBlockDevice() && !Files.exists(device)) {
            return writtenAllOver(FileZonedDevice.create(device, shape));
        }
        return ZonedDevice.open(device);
    }

    private static ZonedDevice writtenAllOver(ZonedDevice made) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeroes = arena.allocate(made.geometry().zoneCapacityBytes());
            for (int zone = 0; zone < made.geometry().zoneCount(); zone++) {
                made.write(made.geometry().startOf(zone), zeroes);
                made.resetZone(zone);
            }
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** The store's device, for fio to read. */
    Path path() {
        return device;
    }

    /** Where fio writes; gone when the measurement is over, if it is a file. */
    Path plainPath() {
        return plainFile;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot remove " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (!isZonedBlockDevice()) {
            delete(device);
            delete(plainFile);
            delete(device.getParent());
        }
    }
}
