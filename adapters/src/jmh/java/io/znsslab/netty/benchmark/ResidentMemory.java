package io.znsslab.netty.benchmark;

import io.znsslab.core.SlabAllocator;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds the resident memory of the process at the end of each iteration to JMH's results, less what it was before the
 * allocator was opened. The Java heap is resident as a whole from the beginning, so that it adds nothing; compiled code
 * and the like add some MiB to all contestants. The result is the largest figure, since JMH asks for that of the last
 * iteration when the benchmark has released its buffers; this one is in the log alone.
 */
public final class ResidentMemory implements InternalProfiler {
    private static volatile long before;

    /** For JMH. */
    public ResidentMemory() {}

    static void begin() {
        before = SlabAllocator.processRssBytes();
    }

    @Override
    public String getDescription() {
        return "resident memory of the process";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double mebibytes = (SlabAllocator.processRssBytes() - before) / 1048576.0;
        return List.of(new ScalarResult("rss", mebibytes, "MiB", AggregationPolicy.MAX));
    }
}
