package io.znsslab.core.benchmark.micro;

import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Scenario;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An allocation and a free, in the patterns of a single thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AllocateFreeBenchmark {
    /** The contestant's memory, one for all threads. */
    @State(Scope.Benchmark)
    public static class Memory {
        /** The contestant to measure. */
        @Param
        public Contestant contestant;

        ObjectMemory memory;

        /** Opens the memory. */
        @Setup
        public void open() {
            memory = contestant.open();
        }

        /** Closes the memory. */
        @TearDown
        public void close() {
            memory.close();
        }
    }

    /** A thread's objects. */
    @State(Scope.Thread)
    public static class Work {
        /** The pattern. */
        @Param({"FREED_AT_ONCE", "THOUSAND_LIVE", "CHURN"})
        public Scenario scenario;

        /** Size of an object. */
        @Param("120")
        public int bytes;

        Workload workload;

        /** Allocates the objects that live throughout the measurement. */
        @Setup
        public void prepare(Memory memory) {
            scenario.exclusion(memory.contestant).ifPresent(reason -> {
                throw new IllegalStateException(
                        "%s has no part in %s: %s".formatted(memory.contestant.label(), scenario, reason));
            });
            workload = scenario.crew(memory.memory, 1, bytes).getFirst().get();
        }
    }

    /** An allocation and a free. */
    @Benchmark
    @OperationsPerInvocation(Workload.BATCH)
    public int pair(Work work) {
        return work.workload.run();
    }
}
