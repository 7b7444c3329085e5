package io.znsslab.core.benchmark.scoreboard;

import java.io.IOException;

/** A part of a round. A failure in it is recorded, and the round goes on. */
@FunctionalInterface
interface Measurement {
    /** Measures every contestant once and records the figures. */
    void measure(int round, Figures figures) throws IOException, InterruptedException;
}
