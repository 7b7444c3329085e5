package io.znsslab.core.benchmark.contestant;

/** Memory for objects, shared by all threads of a benchmark. Thread-safe. */
public interface ObjectMemory extends AutoCloseable {
    /** Makes places for objects; for one thread, unless threads pass places to each other. */
    Places places(int count);

    /** Makes a server of requests that each have their own lifetime; for one thread. */
    RequestServer requestServer();

    /**
     * Makes objects move to a slower memory: a run of the answer allocates and writes so many, moves them, and frees
     * them there. Memory that moves nothing by itself copies them to the heap. For one thread.
     */
    default Runnable demotions(int objects, int bytes) {
        Places places = places(objects);
        long[] copies = new long[objects];
        return () -> {
            for (int place = 0; place < objects; place++) {
                places.allocate(place, bytes);
                places.write(place, place);
            }
            for (int place = 0; place < objects; place++) {
                copies[place] = places.read(place);
                places.free(place);
            }
        };
    }

    /** Releases all remaining memory. */
    @Override
    default void close() {}
}
