package io.znsslab.core.benchmark.micro;

import io.znsslab.core.benchmark.contestant.BareObjects;
import io.znsslab.core.benchmark.workload.Shuffle;
import io.znsslab.core.benchmark.workload.Workload;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What {@link ResolveBenchmark} measures, of the algorithm without the product around it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class BareResolveBenchmark {
    /** Number of live objects, a multiple of the batch. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int live;

    /** Size of an object. */
    @Param("120")
    public int bytes;

    private BareObjects objects;
    private long[] handles;
    private int next;

    /** Allocates all objects, each of which holds its own handle. */
    @Setup
    public void allocate() {
        if (live % Workload.BATCH != 0) {
            throw new IllegalArgumentException("live=%d: must be a multiple of %d".formatted(live, Workload.BATCH));
        }
        objects = new BareObjects();
        handles = new long[live];
        for (int place : Shuffle.of(live, 1)) {
            handles[place] = objects.allocate(bytes);
        }
    }

    /** By handle. */
    @Benchmark
    @OperationsPerInvocation(Workload.BATCH)
    public long resolveAndRead() {
        int from = next;
        next = from + Workload.BATCH == live ? 0 : from + Workload.BATCH;
        long wrong = 0;
        for (int object = from; object < from + Workload.BATCH; object++) {
            long handle = handles[object];
            wrong |= objects.read(handle) ^ handle;
        }
        if (wrong != 0) {
            throw new IllegalStateException("an object did not hold its own handle");
        }
        return wrong;
    }
}
