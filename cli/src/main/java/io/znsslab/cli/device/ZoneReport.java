package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Words;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.report.FormattedStore;
import io.znsslab.tier.report.ZoneContents;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The zones of a device and what they hold, for programs. Offsets are bytes of the device.
 *
 * @param device its path
 * @param holds what it holds as a whole
 * @param store the store on it, or null
 * @param zones all of them, in order
 */
record ZoneReport(String device, String holds, StoreIdentity store, List<Zone> zones) {
    /**
     * One zone.
     *
     * @param writePointer of no meaning where nothing can be written
     * @param holds what its first blocks say that it holds
     * @param store the UUID of the store whose log or data it holds, or null
     */
    record Zone(
            int index,
            String type,
            String condition,
            long start,
            long capacity,
            long writePointer,
            String holds,
            String store) {}

    static ZoneReport of(String device, List<ZoneDescriptor> zones, DeviceContents contents) {
        return new ZoneReport(
                device,
                StoreIdentity.wordOf(contents.kind()),
                StoreIdentity.of(contents),
                zones.stream()
                        .map(zone -> zone(zone, contents.zones().get(zone.index())))
                        .toList());
    }

    private static Zone zone(ZoneDescriptor zone, ZoneContents contents) {
        return new Zone(
                zone.index(),
                zone.type().name().toLowerCase(Locale.ROOT),
                ZoneMapView.wordOf(zone.condition()),
                zone.startBytes(),
                zone.capacityBytes(),
                zone.writePointerBytes(),
                Words.of(contents.kind()),
                contents.store().map(UUID::toString).orElse(null));
    }

    /** What a zone holds, in words for people; empty for nothing. */
    static String inWords(DeviceContents contents, int zone) {
        ZoneContents held = contents.zones().get(zone);
        boolean ofTheStore = held.store().equals(contents.store().map(FormattedStore::id));
        String owner = held.store().isEmpty() || ofTheStore
                ? ""
                : " of another store, " + held.store().get();
        return switch (held.kind()) {
            case NOTHING -> "";
            case LOG -> "log" + owner;
            case DATA -> "data" + owner;
            case OTHER -> "other data";
            case UNREADABLE -> "unreadable";
        };
    }
}
