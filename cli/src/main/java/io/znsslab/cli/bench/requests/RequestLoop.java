package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.contestant.ClassCopy;
import java.lang.invoke.MethodHandles;

/** Requests of one contestant, which any number of threads may serve. */
interface RequestLoop {
    /** A loop on that memory, compiled for it alone. */
    static RequestLoop on(RequestMemory.Source source) {
        return ClassCopy.of(MethodHandles.lookup(), ArenaRequests.class, RequestLoop.class, source);
    }

    /**
     * Serves one request: opens an arena, allocates and writes objects, reads them, and closes the arena.
     *
     * @param sizes of the objects in bytes, in turn
     * @param from the first one's index in {@code sizes}
     * @param objects how many
     * @throws IllegalStateException if an object held another one's bytes
     */
    void serve(int[] sizes, int from, int objects);
}
