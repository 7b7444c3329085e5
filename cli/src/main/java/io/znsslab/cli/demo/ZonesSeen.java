package io.znsslab.cli.demo;

import io.znsslab.cli.device.BlkzoneReport;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A device's zones, and what {@code blkzone report} says about them at the same moment, while the store has the device
 * open.
 *
 * @param zones all zones
 * @param blkzoneDifferences what blkzone sees otherwise; empty where it could not be asked
 */
record ZonesSeen(List<ZoneDescriptor> zones, Optional<List<String>> blkzoneDifferences) {
    private static final int ATTEMPTS = 10;

    /**
     * Looks before and after blkzone does, again if the zones changed meanwhile: dead ones are reset in the background.
     */
    static ZonesSeen of(ZonedDevice device, Path path) {
        for (int attempt = 1; ; attempt++) {
            List<ZoneDescriptor> before = device.report();
            Optional<BlkzoneReport> blkzone = BlkzoneReport.of(path);
            List<ZoneDescriptor> after = device.report();
            if (before.equals(after) || attempt == ATTEMPTS) {
                return new ZonesSeen(after, blkzone.map(report -> report.differences(after)));
            }
        }
    }
}
