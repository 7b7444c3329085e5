package io.znsslab.core.benchmark.contestant;

/**
 * Serves requests: opens a lifetime, allocates objects in it, writes and reads back all of them, closes the lifetime.
 */
@FunctionalInterface
public interface RequestServer {
    /**
     * Serves one request. Object number i has {@code sizes[from + i]} bytes, the first eight of which hold i.
     *
     * @return the sum of the values read back
     */
    long serve(int[] sizes, int from, int objects);
}
