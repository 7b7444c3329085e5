package io.znsslab.cli.bench.contestant;

import java.lang.invoke.MethodHandles;

/** The loop of one contestant, which any number of threads may run, each with its own work. */
public interface WorkLoop {
    /** A loop on that memory, compiled for it alone. */
    static WorkLoop on(ObjectMemory memory) {
        return ClassCopy.of(MethodHandles.lookup(), UntimedLoop.class, WorkLoop.class, memory);
    }

    /** Makes what has to be there before the first batch. */
    void begin(Work work);

    /**
     * Runs a batch: a thousand pairs of an allocation and a free, or one round of all objects.
     *
     * @return the number of pairs
     * @throws IllegalStateException if an object held another one's bytes
     */
    int batch(Work work);

    /** Takes back what is left. */
    void end(Work work);
}
