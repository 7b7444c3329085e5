package io.znsslab.cli.emulate;

import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;

/**
 * A null_blk device of this kernel, for programs.
 *
 * @param name in the driver's configuration
 * @param path the block device
 * @param zoneCount zones, conventional ones included
 * @param conventionalZones how many of them take writes anywhere
 * @param zoneBytes distance between two zones' starts
 * @param zoneCapacityBytes what can be written to a sequential zone
 * @param maxOpenZones most zones open at a time; 0 for no limit
 * @param maxActiveZones most zones open or closed at a time; 0 for no limit
 * @param blockBytes size of a block
 * @param latencyNanos time that each request takes; 0 for as fast as it goes
 */
record NullBlkReport(
        String name,
        String path,
        int zoneCount,
        int conventionalZones,
        long zoneBytes,
        long zoneCapacityBytes,
        int maxOpenZones,
        int maxActiveZones,
        int blockBytes,
        long latencyNanos) {
    static NullBlkReport of(NullBlockDevice device) {
        NullBlockSettings settings = device.settings();
        return new NullBlkReport(
                device.name(),
                device.path().toString(),
                settings.zones(),
                settings.conventionalZones(),
                settings.zoneBytes(),
                settings.zoneCapacityBytes(),
                settings.maxOpenZones(),
                settings.maxActiveZones(),
                settings.blockBytes(),
                settings.completionDelayNanos());
    }
}
