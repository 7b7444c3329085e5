package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.RequestServer;
import java.util.SplittableRandom;

/**
 * Whole requests: each opens a lifetime, allocates 40 objects of 32 to 700 bytes, writes and reads them, and closes the
 * lifetime.
 */
public final class Requests implements Workload {
    /** Requests in a batch; they differ in their sizes. */
    public static final int REQUESTS = 16;

    private static final int OBJECTS = 40;
    private static final int SMALLEST = 32;
    private static final int LARGEST = 700;
    private static final long SUM = OBJECTS * (OBJECTS - 1) / 2;

    private final RequestServer server;
    private final int[] sizes = new SplittableRandom(7)
            .ints((long) REQUESTS * OBJECTS, SMALLEST, LARGEST + 1)
            .toArray();

    /** A server's requests, with the same sizes for every contestant. */
    public Requests(ObjectMemory memory) {
        this.server = memory.requestServer();
    }

    @Override
    public int run() {
        for (int request = 0; request < REQUESTS; request++) {
            long sum = server.serve(sizes, request * OBJECTS, OBJECTS);
            if (sum != SUM) {
                throw new IllegalStateException("a request's objects add up to %d instead of %d".formatted(sum, SUM));
            }
        }
        return REQUESTS;
    }
}
