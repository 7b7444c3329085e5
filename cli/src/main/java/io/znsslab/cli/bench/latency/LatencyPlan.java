package io.znsslab.cli.bench.latency;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.contestant.Pattern;
import java.time.Duration;

/**
 * What is measured.
 *
 * @param pattern the order in which objects come and go
 * @param live objects that live at a time, at most
 * @param sizes of the objects
 * @param seed of sizes and orders
 * @param warmUp time before the clock counts, for each contestant
 * @param time for each contestant
 */
record LatencyPlan(Pattern pattern, int live, ObjectSizes sizes, long seed, Duration warmUp, Duration time) {}
