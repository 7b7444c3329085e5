package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.words.NativeWords;

/** The bare algorithm's objects by handle, for benchmarks of single accesses. Thread-safe as {@link BareSlabs} is. */
public final class BareObjects {
    private final BareSlabs slabs = new BareSlabs();

    /** Allocates an object that holds its own handle, which is returned. */
    public long allocate(int bytes) {
        long handle = slabs.allocate(bytes);
        NativeWords.set(slabs.resolve(handle), handle);
        return handle;
    }

    /**
     * Reads the first eight bytes of an object.
     *
     * @throws IllegalStateException if the handle is stale
     */
    public long read(long handle) {
        long address = slabs.resolve(handle);
        if (address == 0) {
            throw new IllegalStateException("0x%x was live and is stale".formatted(handle));
        }
        return NativeWords.get(address);
    }
}
