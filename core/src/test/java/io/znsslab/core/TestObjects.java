package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Common preparations of tests of the cold side: objects in the current epoch, and that epoch on the tier. */
public final class TestObjects {
    /** Objects of {@link #BYTES} in a slab of 4 KiB. */
    public static final int PER_SLAB = 31;

    public static final int BYTES = 100;

    private TestObjects() {}

    /** Allocates an object of the current epoch that begins with the value. */
    public static long allocate(SlabAllocator allocator, long payloadBytes, long value) {
        long handle = allocator.allocate(payloadBytes, allocator.currentEpoch());
        allocator.resolve(handle).set(JAVA_LONG, 0, value);
        return handle;
    }

    /** Fills so many slabs in the current epoch; each object begins with its number. */
    public static long[] fill(SlabAllocator allocator, int slabs) {
        long[] handles = new long[slabs * PER_SLAB];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocate(allocator, BYTES, i);
        }
        return handles;
    }

    /** Demotes the current epoch, and opens the next. */
    public static void demoteCurrent(SlabAllocator allocator) {
        long epoch = allocator.currentEpoch();
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
    }
}
