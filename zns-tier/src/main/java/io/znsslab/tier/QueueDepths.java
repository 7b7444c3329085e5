package io.znsslab.tier;

/**
 * How much is on its way between DRAM and device at this moment, and at most so far.
 *
 * @param backlogBytes bytes of slabs accepted for demotion, and not yet on their way
 * @param writes writes of extents in flight
 * @param mostWrites most of them at a time
 * @param reads reads of slabs in flight, those of threads that wait included
 * @param mostReads most of them at a time, as far as the device had them together
 */
public record QueueDepths(long backlogBytes, int writes, int mostWrites, int reads, int mostReads) {}
