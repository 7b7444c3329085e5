package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.collect.CollectionCounters;
import io.znsslab.tier.collect.CollectionSettings;
import io.znsslab.tier.collect.Collector;
import io.znsslab.tier.demote.Demoter;
import io.znsslab.tier.demote.DemotionCounters;
import io.znsslab.tier.demote.DemotionSettings;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;
import org.junit.jupiter.api.Test;

/** The answer to a demotion that has found no zone: whether to wait, or that the device is full. */
class RoomMayComeTest {
    private static final DemotionSettings SMALL = new DemotionSettings(1, 128 << 10, 4 << 20, 1 << 20, 1 << 20);
    private static final int TOKENS = 2;
    private static final int RESERVE = 1;

    @Test
    void aDeviceIsFullOnlyWhileNoZoneCanBeOpened() {
        SimulatedMedium medium = new SimulatedMedium(FileGeometry.of(64 << 10, 8));
        try (TestSlabs slabs = new TestSlabs(4096);
                SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, 1)) {
            ZoneTable table = new ZoneTable(device.geometry(), device.report());
            ZoneAllocator zones = new ZoneAllocator(device, table, 1, TOKENS, 1, RESERVE);
            try (ZoneReclaimer reclaimer = new ZoneReclaimer(zones)) {
                TierContext context = new TierContext(device, DeviceIdentity.random(), slabs, zones, reclaimer, null);
                try (Demoter demoter = new Demoter(context, SMALL, new DemotionCounters(), _ -> false);
                        Collector collector = new Collector(
                                context,
                                demoter,
                                null,
                                new CollectionCounters(),
                                new CollectionSettings(8, 0, false),
                                _ -> {})) {
                    assertThat(collector.mayFreeZone(0)).as("no zone is empty").isFalse();
                    zones.addFree(0);
                    assertThat(collector.mayFreeZone(0)).as("the reserve alone").isFalse();
                    zones.addFree(1);
                    // As if it had been reset after the writing thread had looked for one.
                    assertThat(collector.mayFreeZone(0)).as("one became empty").isTrue();
                    zones.addFree(2);
                    zones.addFree(3);
                    assertThat(zones.open(false)).isNotEqualTo(ZoneAllocator.NONE);
                    assertThat(zones.open(false)).isNotEqualTo(ZoneAllocator.NONE);
                    assertThat(collector.mayFreeZone(0))
                            .as("no more may be partly written")
                            .isFalse();
                }
            }
        }
    }
}
