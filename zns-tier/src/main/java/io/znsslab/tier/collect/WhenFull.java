package io.znsslab.tier.collect;

/**
 * What to do when collection can't make room any more.
 *
 * @param waitNanos how long a demotion waits in a row for others to make room; 0 not to
 * @param evict whether to drop the oldest epochs
 */
public record WhenFull(long waitNanos, boolean evict) {}
