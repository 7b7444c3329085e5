package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whole lives of a store, one for each seed, which determines the workload, the device's order of completion, the fault
 * and its moment. Afterwards the device is opened again, and acknowledged data is there. {@code -Dseeds=} is the number
 * of seeds, {@code -Dseed=} the first; {@code -Dseed=N -Dseeds=1} repeats one.
 */
@Timeout(3600)
class SeededRunsIT {
    private static final long FIRST = Long.getLong("seed", 1);
    private static final int SEEDS = Integer.getInteger("seeds", 400);

    @Test
    void acknowledgedDataIsThereAfterWhateverTheSeedDecides() {
        long faults = 0;
        long ends = 0;
        long found = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            FaultyRun run = new FaultyRun(seed);
            try {
                run.runOne();
            } catch (AssertionError e) {
                throw new AssertionError("-Dseed=%d -Dseeds=1: %s".formatted(seed, e.getMessage()), e);
            }
            faults += run.faults();
            ends += run.ends();
            found += run.found();
        }
        System.out.printf(
                "%d seeds from %d on: %d faults, %d power cuts and kills, %d acknowledged objects found, 0 lost%n",
                SEEDS, FIRST, faults, ends, found);
        assertThat(found).isPositive();
    }
}
