package io.znsslab.core.benchmark.micro;

import io.znsslab.core.benchmark.workload.Requests;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A lifetime with all its objects, as a server uses it for each request. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RequestBenchmark {
    /** A thread's requests. */
    @State(Scope.Thread)
    public static class Work {
        Requests requests;

        /** Makes the requests. */
        @Setup
        public void prepare(AllocateFreeBenchmark.Memory memory) {
            requests = new Requests(memory.memory);
        }
    }

    /** One request. */
    @Benchmark
    @OperationsPerInvocation(Requests.REQUESTS)
    public int request(Work work) {
        return work.requests.run();
    }
}
