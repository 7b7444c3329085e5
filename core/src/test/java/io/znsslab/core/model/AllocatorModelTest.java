package io.znsslab.core.model;

import org.junit.jupiter.api.Test;

/**
 * Runs the model on one seed after the other. {@code -Dseed=} gives the first seed, {@code -Dmodel.seconds=} the
 * duration.
 */
class AllocatorModelTest {
    @Test
    void theAllocatorDoesWhatASimpleMapDoes() {
        runSeeds(Long.getLong("model.seconds", 2));
    }

    static void runSeeds(long seconds) {
        long seed = Long.getLong("seed", System.nanoTime());
        long end = System.nanoTime() + seconds * 1_000_000_000;
        int runs = 0;
        System.out.println("Model: first seed " + seed);
        do {
            ModelRun.of(seed + runs++);
        } while (System.nanoTime() < end);
        System.out.println("Model: " + runs + " seeds passed");
    }
}
