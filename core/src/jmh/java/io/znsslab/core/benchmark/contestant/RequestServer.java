package io.znsslab.core.benchmark.contestant;

/** A request: a lifetime opened, objects allocated in it, all of them written and read back, the lifetime closed. */
@FunctionalInterface
public interface RequestServer {
    /**
     * Serves one request. Object number i has {@code sizes[from + i]} bytes and gets i as its first eight.
     *
     * @return the sum of what was read back
     */
    long serve(int[] sizes, int from, int objects);
}
