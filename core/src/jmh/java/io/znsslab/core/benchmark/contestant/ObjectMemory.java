package io.znsslab.core.benchmark.contestant;

/** Memory for objects, shared by all threads of a benchmark. Thread-safe. */
public interface ObjectMemory extends AutoCloseable {
    /** Makes places for objects; for one thread, unless threads pass places to each other. */
    Places places(int count);

    /** Makes a server of requests that each have their own lifetime; for one thread. */
    RequestServer requestServer();

    /** Releases all remaining memory. */
    @Override
    default void close() {}
}
