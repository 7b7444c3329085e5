package io.znsslab.tier.report;

import java.util.List;

/**
 * What opening a device found on it.
 *
 * @param slabs slabs recovered
 * @param objects live objects in them
 * @param epochs epochs they are of
 * @param blocksRead blocks of the log that were read, not counting their copies
 * @param recordsApplied records in them, each slab counted
 * @param closedInOrder whether the run before ended with a close
 * @param nanos how long finding all this took
 * @param losses what is gone; empty when nothing is
 */
public record RecoveryReport(
        long slabs,
        long objects,
        long epochs,
        long blocksRead,
        long recordsApplied,
        boolean closedInOrder,
        long nanos,
        List<Loss> losses) {
    /** Of a device that held nothing. */
    public static final RecoveryReport NOTHING = new RecoveryReport(0, 0, 0, 0, 0, true, 0, List.of());

    /** With a list of losses that nobody changes. */
    public RecoveryReport {
        losses = List.copyOf(losses);
    }

    /** Slabs lost, as far as that is known. */
    public long slabsLost() {
        return losses.stream().mapToLong(Loss::slabs).sum();
    }
}
