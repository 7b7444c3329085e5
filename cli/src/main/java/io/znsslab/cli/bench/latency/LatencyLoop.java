package io.znsslab.cli.bench.latency;

/** A loop of timed operations, of one contestant. For one thread. */
interface LatencyLoop {
    /** Makes what has to be there before the first turn. */
    void begin(LatencyPlan plan, Times times);

    /** Some thousands of operations, a third of them or a half timed. */
    void turn();

    /** Takes back what is left. */
    void end();
}
