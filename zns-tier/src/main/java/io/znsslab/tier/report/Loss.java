package io.znsslab.tier.report;

/**
 * Data that was on the device, or may have been, and could not be recovered.
 *
 * <p>An empty zone that is found offline is reported as such a loss, without an epoch and with 0 slabs, unless the log
 * had noted its failure. That it was empty can't be known: the log takes any empty zone for its next region when one of
 * its own fails or can't be read, and only that zone itself names it; so the zone may have held the log's last records.
 *
 * @param epoch number of the epoch that the loss concerns; -1 where that is not known, or several are concerned
 * @param slabs slabs lost; 0 where that is not known
 * @param objects live objects in them
 * @param zone the zone that is the reason; -1 for none
 * @param reason what happened, for people
 */
public record Loss(long epoch, long slabs, long objects, int zone, String reason) {}
