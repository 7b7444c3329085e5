package io.znsslab.tier.report;

/**
 * Something that was on the device and could not be recovered.
 *
 * @param epoch the number of the epoch that it was of; -1 where that is not known, or it concerns several
 * @param slabs slabs lost; 0 where that is not known
 * @param objects live objects in them
 * @param zone the zone that is the reason; -1 for none
 * @param reason what happened, for people
 */
public record Loss(long epoch, long slabs, long objects, int zone, String reason) {}
