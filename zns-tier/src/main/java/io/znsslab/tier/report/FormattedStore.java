package io.znsslab.tier.report;

import java.time.Instant;
import java.util.UUID;

/**
 * The store that a device was formatted for.
 *
 * @param id given to the store when it was formatted
 * @param openings how often it was opened, the formatting included: at least 1
 * @param formattedAt when it was formatted, by the clock of the machine that formatted it
 * @param slabBytes size of its slabs
 */
public record FormattedStore(UUID id, long openings, Instant formattedAt, int slabBytes) {}
