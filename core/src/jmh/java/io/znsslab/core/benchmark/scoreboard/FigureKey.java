package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.Reclamation;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.workload.Scenario;

/**
 * The key of a figure.
 *
 * @param measure what was measured
 * @param contestant the allocator
 * @param variant the measure's variant
 */
record FigureKey(String measure, Contestant contestant, String variant) {
    /** Nanoseconds per operation, in our windows. */
    static FigureKey rate(Scenario scenario, Contestant contestant, int threads) {
        return new FigureKey(scenario.name(), contestant, threads == 1 ? "1 thread" : threads + " threads");
    }

    /** Nanoseconds per operation of one thread, by JMH. */
    static FigureKey jmh(Scenario scenario, Contestant contestant) {
        return new FigureKey(scenario.name(), contestant, "JMH, 1 thread");
    }

    /** Nanoseconds to resolve a handle and read eight bytes. */
    static FigureKey resolve(int live) {
        return new FigureKey("RESOLVE", Contestant.SLAB, "resolve and read, " + live + " live");
    }

    /** Nanoseconds to resolve a handle and read eight bytes, by the bare algorithm. */
    static FigureKey bareResolve(int live) {
        return new FigureKey("RESOLVE", Contestant.BARE_CLASSED, "resolve and read, " + live + " live");
    }

    /** Nanoseconds to open a domain, allocate so many objects in it, and close it. */
    static FigureKey domain(int objects) {
        return new FigureKey("DOMAIN", Contestant.SLAB_KEEP_HOT, objects + " objects");
    }

    /** Nanoseconds of a store to as many places in memory. */
    static FigureKey touch(int objects) {
        return new FigureKey("DOMAIN", Contestant.SLAB_KEEP_HOT, objects + " stores to memory");
    }

    /** Nanoseconds to read eight bytes at a bare address. */
    static FigureKey readByAddress(int live) {
        return new FigureKey("RESOLVE", Contestant.SLAB, "read by address, " + live + " live");
    }

    /** Requests of a new JVM in that second of its life, from 1 on. */
    static FigureKey warmUp(Contestant contestant, int second) {
        return new FigureKey("WARM UP", contestant, "second " + second);
    }

    /** What a request asks of the kernel, as a number of such calls. */
    static FigureKey kernel(Contestant contestant, String what) {
        return new FigureKey("KERNEL", contestant, what);
    }

    /** Nanoseconds to discard a slab. */
    static FigureKey discard(Reclamation reclamation) {
        return new FigureKey("DISCARD", Contestant.SLAB, reclamation.name());
    }

    /** A percentile of a single operation, in nanoseconds. */
    static FigureKey latency(Contestant contestant, LatencySetting setting, String percentile) {
        return new FigureKey("LATENCY " + setting.name(), contestant, percentile);
    }

    /** A share or a multiple. */
    static FigureKey footprint(String name) {
        return new FigureKey("FOOTPRINT", Contestant.SLAB, name);
    }
}
