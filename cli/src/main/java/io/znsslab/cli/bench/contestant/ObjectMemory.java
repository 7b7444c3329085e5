package io.znsslab.cli.bench.contestant;

/**
 * Memory that gives out objects one by one, to be measured. An object is a number to its user: a handle, or an address.
 *
 * <p>Thread-safe, except that {@link #close} comes after all else.
 */
public interface ObjectMemory extends AutoCloseable {
    /** A new object with room for that many bytes, 8 or more. */
    long allocate(int bytes);

    /**
     * Takes an object back.
     *
     * @throws IllegalStateException if there is none, where the contestant can tell
     */
    void free(long object);

    /** Writes the first 8 bytes. */
    void write(long object, long value);

    /** Reads the first 8 bytes. */
    long read(long object);

    @Override
    void close();
}
