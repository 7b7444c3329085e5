package io.znsslab.tier.recovery;

import java.util.Map;

/**
 * What is reserved, so that a store may issue it, or may have issued it before.
 *
 * @param bounds bounds of slab ids and numbers of epochs
 * @param issued bounds of generations, and bounds that hold also for regions that are lost
 * @param raised ids that have a bound of generations of their own, with that bound
 */
record Reservations(Bounds bounds, IssueBounds issued, Map<Long, Integer> raised) {}
