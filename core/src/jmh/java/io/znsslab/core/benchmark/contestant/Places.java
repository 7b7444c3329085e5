package io.znsslab.core.benchmark.contestant;

/**
 * Objects by place: the benchmark says which place, the contestant keeps there whatever names an object with it.
 *
 * <p>Not thread-safe. A place may be handed to another thread, by any means that makes what was written before visible
 * to it.
 */
public interface Places {
    /** Puts a new object of that many bytes into an empty place. */
    void allocate(int place, int bytes);

    /** Frees the object in that place. The place then counts as empty. */
    void free(int place);

    /** Allocates an object and frees it at once, without a place. */
    void allocateAndFree(int bytes);

    /** Writes the first eight bytes of the object in that place. */
    void write(int place, long value);

    /** The first eight bytes of the object in that place. */
    long read(int place);
}
