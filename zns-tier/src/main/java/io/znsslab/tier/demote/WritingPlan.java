package io.znsslab.tier.demote;

import io.znsslab.tier.zone.ZoneAllocator;

/**
 * How the writer thread divides its zones and memory, by what the device allows.
 *
 * @param zoneWriters zones written at a time
 * @param forDemotions how many of the zone writers, the first ones, take slabs of epochs; the others take relocated
 *     slabs, and where there are no others, these take both
 * @param stagingBytes size of a staging buffer
 */
record WritingPlan(DemotionSettings settings, int zoneWriters, int forDemotions, int stagingBytes) {
    /**
     * With this many zones or more, slabs moved more than once have a zone of their own being written; with fewer, the
     * space that this withholds from other slabs costs more than it gains.
     */
    private static final int LEAST_ZONES_FOR_TWO_AGES = 128;

    static WritingPlan of(TierContext context, DemotionSettings settings) {
        return of(context.zones(), context.slabs().shape().slabBytes(), settings);
    }

    static WritingPlan of(ZoneAllocator zones, int slabBytes, DemotionSettings settings) {
        // Zone writers for relocations come on top of those asked for, if the device allows.
        int forRelocations = zones.table().zoneCount() >= LEAST_ZONES_FOR_TWO_AGES ? 2 : 1;
        int wanted = settings.writers() + forRelocations;
        int writers = Math.min(wanted, zones.tokens());
        int forDemotions = Math.max(1, writers - (writers == wanted ? forRelocations : 1));
        int stagingBytes = Math.max(settings.stagingBytes(), 4 * slabBytes);
        return new WritingPlan(settings, writers, forDemotions, stagingBytes);
    }

    /** Staging buffers of all zone writers together. */
    int buffers() {
        return 2 * zoneWriters;
    }

    /** The depth of the queue: a write of each zone writer, and a flush. */
    int queueDepth() {
        return zoneWriters + 1;
    }

    /** Zone writers that a demotion of that size may occupy. */
    int writersFor(long bytes) {
        return Math.clamp(bytes / settings.stripeBytes(), 1, forDemotions);
    }
}
