package io.znsslab.core.benchmark.scoreboard;

/** How long each measurement takes. */
enum Effort {
    /** Shows only that everything runs; takes a few minutes, and no figure means anything. */
    SMOKE(1, 100, 100, 1, 200, 1, 200, 2, 10_000, 2_000_000, 500_000, 100_000),
    /** Measures everything once, in about half an hour. */
    NORMAL(1, 300, 300, 2, 250, 1_000, 1_000, 10, 200_000, 40_000_000, 4_000_000, 10_000_000),
    /** For figures to quote; takes more than an hour. */
    LONG(3, 1_000, 600, 3, 300, 1_000, 2_000, 10, 200_000, 100_000_000, 10_000_000, 10_000_000);

    final int rounds;
    final int rateWarmUpMilliseconds;
    final int rateMilliseconds;
    final int jmhIterations;
    final int jmhMilliseconds;
    final int latencyWarmUpMilliseconds;
    final int latencyMilliseconds;
    final int firstSeconds;
    final long warmRequests;
    final long residentCycles;
    final long churnedPairs;
    final int largestLive;

    Effort(
            int rounds,
            int rateWarmUpMilliseconds,
            int rateMilliseconds,
            int jmhIterations,
            int jmhMilliseconds,
            int latencyWarmUpMilliseconds,
            int latencyMilliseconds,
            int firstSeconds,
            long warmRequests,
            long residentCycles,
            long churnedPairs,
            int largestLive) {
        this.rounds = rounds;
        this.rateWarmUpMilliseconds = rateWarmUpMilliseconds;
        this.rateMilliseconds = rateMilliseconds;
        this.jmhIterations = jmhIterations;
        this.jmhMilliseconds = jmhMilliseconds;
        this.latencyWarmUpMilliseconds = latencyWarmUpMilliseconds;
        this.latencyMilliseconds = latencyMilliseconds;
        this.firstSeconds = firstSeconds;
        this.warmRequests = warmRequests;
        this.residentCycles = residentCycles;
        this.churnedPairs = churnedPairs;
        this.largestLive = largestLive;
    }
}
