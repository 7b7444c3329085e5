package io.znsslab.bindings;

import io.znsslab.bindings.zbd.LibZbd;
import io.znsslab.bindings.zbd.zbd_info;
import java.lang.foreign.MemorySegment;

/**
 * A zoned device as a whole, as libzbd reports it.
 *
 * @param vendor vendor, model and firmware, or {@code Unknown}
 * @param bytes size of the device
 * @param zoneBytes size of a zone; the last one may be smaller
 * @param zones number of zones
 * @param logicalBlockBytes unit of input and output
 * @param physicalBlockBytes unit of writing to a sequential zone
 * @param maxOpenZones largest number of zones open at a time; 0 for no limit
 * @param maxActiveZones largest number of zones open, or closed with data and not full, at a time; 0 for no limit
 * @param hostManaged whether the device refuses writes away from the write pointer; otherwise it is host-aware
 */
public record ZbdInfo(
        String vendor,
        long bytes,
        long zoneBytes,
        int zones,
        int logicalBlockBytes,
        int physicalBlockBytes,
        int maxOpenZones,
        int maxActiveZones,
        boolean hostManaged) {

    private static final int SECTOR_BYTES = 512;

    static ZbdInfo of(MemorySegment info) {
        return new ZbdInfo(
                zbd_info.vendor_id(info).getString(0).strip(),
                zbd_info.nr_sectors(info) * SECTOR_BYTES,
                zbd_info.zone_size(info),
                zbd_info.nr_zones(info),
                zbd_info.lblock_size(info),
                zbd_info.pblock_size(info),
                zbd_info.max_nr_open_zones(info),
                zbd_info.max_nr_active_zones(info),
                zbd_info.model(info) == LibZbd.ZBD_DM_HOST_MANAGED());
    }
}
