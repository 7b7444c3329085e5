package io.znsslab.cli.bench.trace;

/** Takes the accesses of a trace, in their order. */
@FunctionalInterface
interface AccessSink {
    /**
     * One access.
     *
     * @param key of the object
     * @param bytes size of its value; 0 where the trace does not say
     */
    void access(long key, int bytes);
}
