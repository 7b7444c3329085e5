package io.znsslab.core.benchmark.scoreboard;

import java.io.IOException;

/** A part of a round. What fails in it is noted, and the rest goes on. */
@FunctionalInterface
interface Measurement {
    /** Measures everyone once and notes the figures. */
    void measure(int round, Figures figures) throws IOException, InterruptedException;
}
