package io.znsslab.core.benchmark.workload;

/** One thread's work, done in batches so that the cost of measuring is negligible. For one thread. */
@FunctionalInterface
public interface Workload {
    /** Operations in a full batch, unless the scenario says otherwise. */
    int BATCH = 1_000;

    /**
     * Runs a batch.
     *
     * @return the number of operations finished, which is a full batch unless this thread depends on another one
     * @throws IllegalStateException if the memory held a wrong value
     */
    int run();
}
