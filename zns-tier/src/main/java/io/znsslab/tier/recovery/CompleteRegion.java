package io.znsslab.tier.recovery;

import java.util.List;

/**
 * The last complete region of earlier openings, which counts until this opening has completed another one.
 *
 * @param zones zones of the log that must stay as they are as long as this region counts
 * @param promise the bounds that the region promises; null if it promises none, or if there is no complete region
 * @param tail the end of the region, if the log can go on behind it; else null
 */
record CompleteRegion(List<Integer> zones, Bounds promise, RegionTail tail) {}
