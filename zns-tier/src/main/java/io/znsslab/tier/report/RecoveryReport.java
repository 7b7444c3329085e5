package io.znsslab.tier.report;

import java.util.List;

/**
 * What opening a device found on it.
 *
 * @param slabs slabs recovered
 * @param objects live objects in them
 * @param epochs epochs they are of
 * @param log the log that named them
 * @param nanos duration of the recovery
 * @param losses what is gone; empty when nothing is
 */
public record RecoveryReport(long slabs, long objects, long epochs, ReplayedLog log, long nanos, List<Loss> losses) {
    /** The report for a device that held nothing. */
    public static final RecoveryReport NOTHING = new RecoveryReport(0, 0, 0, new ReplayedLog(0, 0, true), 0, List.of());

    /**
     * The log as recovery read it.
     *
     * @param blocksRead blocks that were read, not counting their copies
     * @param recordsApplied records in those blocks, each slab counted
     * @param closedInOrder whether the run before ended with a close
     */
    public record ReplayedLog(long blocksRead, long recordsApplied, boolean closedInOrder) {}

    /** Copies the list of losses. */
    public RecoveryReport {
        losses = List.copyOf(losses);
    }

    /** Number of slabs lost, as far as it is known. */
    public long slabsLost() {
        return losses.stream().mapToLong(Loss::slabs).sum();
    }
}
