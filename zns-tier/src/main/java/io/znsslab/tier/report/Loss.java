package io.znsslab.tier.report;

/**
 * Something that was on the device and could not be recovered, or that may have been there.
 *
 * <p>A zone that was empty and is found offline is told of like that, without an epoch and with 0 slabs, unless the log
 * had noted its failure. It can't be known that it was empty: the log takes any empty zone for its next turn when one
 * of its own fails or can't be read, and only what is in that zone says so; so the zone may have held the log's last
 * word.
 *
 * @param epoch the number of the epoch that it was of; -1 where that is not known, or it concerns several
 * @param slabs slabs lost; 0 where that is not known
 * @param objects live objects in them
 * @param zone the zone that is the reason; -1 for none
 * @param reason what happened, for people
 */
public record Loss(long epoch, long slabs, long objects, int zone, String reason) {}
