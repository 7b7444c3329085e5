package io.znsslab.core.benchmark.contestant;

/**
 * Objects by place: the benchmark chooses the place, and the contestant keeps there whatever it names an object with.
 *
 * <p>Not thread-safe. A place may be passed to another thread by any means that makes earlier writes visible to it.
 */
public interface Places {
    /** Puts a new object of that many bytes into an empty place. */
    void allocate(int place, int bytes);

    /** Frees the object in that place, which is empty afterwards. */
    void free(int place);

    /** Allocates an object and frees it at once, without a place. */
    void allocateAndFree(int bytes);

    /** Writes the first eight bytes of the object in that place. */
    void write(int place, long value);

    /** Reads the first eight bytes of the object in that place. */
    long read(int place);
}
