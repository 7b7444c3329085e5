package io.znsslab.tier;

/**
 * Work in progress between DRAM and device at this moment, and its maximum so far.
 *
 * @param backlogBytes bytes of slabs accepted for demotion that no extent holds yet
 * @param writes writes of extents in flight
 * @param mostWrites most writes in flight at a time so far
 * @param reads reads of slabs in flight, those of waiting threads included
 * @param mostReads most reads in flight at a time so far, as far as the device had them together
 */
public record QueueDepths(long backlogBytes, int writes, int mostWrites, int reads, int mostReads) {}
