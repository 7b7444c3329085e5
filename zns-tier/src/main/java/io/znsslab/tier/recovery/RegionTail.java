package io.znsslab.tier.recovery;

import io.znsslab.tier.device.ZoneDescriptor;
import java.util.List;

/**
 * The end of a region, behind which another opening can go on: every block that is written is sound, and the zone that
 * was written last is written up to the end of a pair.
 *
 * @param region number of the region
 * @param zones the zones that were begun, in their order
 * @param blocks number of blocks in these zones
 */
record RegionTail(long region, List<ZoneDescriptor> zones, long blocks) {}
