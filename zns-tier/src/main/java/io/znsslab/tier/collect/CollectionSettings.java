package io.znsslab.tier.collect;

/**
 * The bounds of garbage collection, and what it does when it can't make room any more.
 *
 * @param dataZones zones that slabs can be written to
 * @param waitNanos how long a demotion waits in a row for other threads to release slabs; 0 not to wait
 * @param evictOldest whether to drop the oldest epochs
 */
public record CollectionSettings(int dataZones, long waitNanos, boolean evictOldest) {}
