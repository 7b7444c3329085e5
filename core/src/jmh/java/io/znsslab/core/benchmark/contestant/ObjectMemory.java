package io.znsslab.core.benchmark.contestant;

/** Memory for objects, shared by all threads of a benchmark. Thread-safe. */
public interface ObjectMemory extends AutoCloseable {
    /** Room to remember objects in; for one thread, unless threads hand places to each other. */
    Places places(int count);

    /** Serves requests, each with a lifetime of its own; for one thread. */
    RequestServer requestServer();

    /** Gives up what is left. */
    @Override
    default void close() {}
}
