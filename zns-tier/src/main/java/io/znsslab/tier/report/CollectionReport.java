package io.znsslab.tier.report;

/**
 * What a collection of garbage did that was asked for.
 *
 * @param zones zones whose live slabs were moved, or were to be moved
 * @param slabsMoved live slabs that were moved to other zones
 */
public record CollectionReport(long zones, long slabsMoved) {}
