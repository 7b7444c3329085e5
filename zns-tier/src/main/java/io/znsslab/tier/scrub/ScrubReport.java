package io.znsslab.tier.scrub;

import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.EvacuatedZone.Outcome;
import java.util.List;

/**
 * What a scrub has mended of what a verification has found.
 *
 * @param found what was found before
 * @param isLogRewritten whether a new checkpoint of the log counts instead of the damaged one
 * @param zones what became of each zone that was to be emptied
 * @param nanos how long the mending took
 */
public record ScrubReport(Verification found, boolean isLogRewritten, List<EvacuatedZone> zones, long nanos) {
    /** Copies the list. */
    public ScrubReport {
        zones = List.copyOf(zones);
    }

    /** The report where nothing was mended, since nothing could be, or it was not wanted. */
    public static ScrubReport nothingMended(Verification found) {
        return new ScrubReport(found, false, List.of(), 0);
    }

    /** Live slabs that were moved to other zones. */
    public long slabsMoved() {
        return zones.stream().mapToLong(EvacuatedZone::slabsMoved).sum();
    }

    /** Whether a damage that was found is gone: nothing that counts is in the damaged block any more. */
    public boolean isMended(Damage damage) {
        return switch (damage.what()) {
            case SUPERBLOCK_COPY, LOG_COPY -> isLogRewritten;
            case ZONE_HEADER, SUMMARY ->
                zones.stream().anyMatch(zone -> zone.zone() == damage.zone() && zone.outcome() == Outcome.EMPTIED);
            case SLAB -> false;
        };
    }

    /** Whether everything that counts is as it was written now, and nothing is lost. */
    public boolean isSound() {
        return found.losses().isEmpty()
                && found.damagesLeftOut() == 0
                && found.damages().stream().allMatch(this::isMended);
    }
}
