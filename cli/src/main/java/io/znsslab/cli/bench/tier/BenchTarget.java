package io.znsslab.cli.bench.tier;

import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.device.TemporaryFolder;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What is measured: a zoned block device, or a device file and a plain file beside it for fio, which knows no zones in
 * files. A device file is written all over first, and fio's file by a run that does not count, so that neither has its
 * file system look for room while the clock runs.
 */
final class BenchTarget implements AutoCloseable {
    /** Zones that hold no slabs. */
    static final int METADATA_ZONES = 2;

    private final BenchDevice device;
    private final TemporaryFolder beside;

    private final StoreSettings settings;

    /** Closes the device when it is closed. The stores that are measured have those settings of the tier. */
    BenchTarget(BenchDevice device, StoreSettings settings) {
        this.device = device;
        this.settings = settings;
        beside = device.isFile()
                ? TemporaryFolder.in(device.path().toAbsolutePath().getParent())
                : null;
    }

    boolean isZonedBlockDevice() {
        return beside == null;
    }

    /** Has all blocks of a device file allocated. */
    void prepare() {
        if (!isZonedBlockDevice()) {
            try (ZonedDevice made = open();
                    Arena arena = Arena.ofConfined()) {
                MemorySegment zeroes = arena.allocate(made.geometry().zoneCapacityBytes());
                for (int zone = made.geometry().conventionalZones();
                        zone < made.geometry().zoneCount();
                        zone++) {
                    made.resetZone(zone);
                    made.write(made.geometry().startOf(zone), zeroes);
                    made.resetZone(zone);
                }
            }
        }
    }

    /** The device, whatever is on it. */
    ZonedDevice open() {
        return device.open();
    }

    /** A tier on the device, whatever is on it. */
    ZnsTier openTier() {
        ZonedDevice opened = open();
        try {
            return settings.open(settings.applyTo(ZnsTier.builder(opened).force(true)));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The store's device, for fio to read. */
    Path path() {
        return device.path();
    }

    /** Which device it is and who chose it, for people. */
    String chosen() {
        return device.chosen();
    }

    /** Where fio writes; gone when the measurement is over, if it is a file. */
    Path plainPath() {
        return beside == null ? device.path() : beside.resolve("plain");
    }

    @Override
    public void close() {
        try {
            if (beside != null) {
                beside.close();
            }
        } finally {
            device.close();
        }
    }
}
