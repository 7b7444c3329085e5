package io.znsslab.cli.demo.live;

import io.znsslab.cli.device.ZoneMapView;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.ArenaUsage;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZoneMap;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.util.List;

/** What memory and device say of a run at a moment; as in {@link Moment}. */
record Measured(long arenaRss, long granted, long processRss, long written, long read, long coldSlabs, String zones) {
    /** Looks at the store. */
    static Measured of(SlabAllocator allocator, ZnsTier tier) {
        ArenaUsage usage = allocator.arenaUsage();
        TierStatistics statistics = tier.statistics();
        return new Measured(
                usage.rssBytes(),
                usage.grantedBytes(),
                SlabAllocator.processRssBytes(),
                statistics.bytesWritten(),
                statistics.reads().bytesRead(),
                statistics.liveSlabs(),
                signs(tier.device(), tier.zoneMap()));
    }

    private static String signs(ZonedDevice device, ZoneMap map) {
        List<ZoneDescriptor> zones =
                map.zones().stream().map(ZoneMap.Entry::descriptor).toList();
        ZoneMapView view = new ZoneMapView(
                device.geometry(), zones, zone -> map.zones().get(zone).use() == ZoneUse.METADATA);
        StringBuilder signs = new StringBuilder(zones.size());
        zones.forEach(zone -> signs.append(view.sign(zone)));
        return signs.toString();
    }
}
