package io.znsslab.tier.report;

/**
 * What became of a zone that was to be emptied of its live slabs.
 *
 * @param zone number of the zone
 * @param slabsMoved live slabs that were moved to other zones
 * @param slabsLeft live slabs that are still in it
 * @param outcome whether it is empty of them, or what prevents that
 * @param reason what prevents it, for people; empty if nothing does
 */
public record EvacuatedZone(int zone, long slabsMoved, long slabsLeft, Outcome outcome, String reason) {
    /** Whether a zone could be emptied. */
    public enum Outcome {
        /** No live slab is left in the zone, so that it is reset. */
        EMPTIED,
        /** Slabs in it can't be read, or are not what was written: they stay where they are. */
        UNREADABLE,
        /** Slabs of it could not be written elsewhere, for want of empty zones for example. */
        NOT_WRITTEN,
        /** The zone is being written, or slabs of it are on their way between the tiers. */
        IN_USE
    }
}
