package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;

/**
 * A race of threads that runs step by step, on an allocator with a tier in memory.
 *
 * <p>The class is loaded with a {@linkplain io.znsslab.core.patched.PatchedCore copy of core} that has the breakpoints
 * it needs.
 */
abstract class Race implements Callable<Void> {
    static final int OBJECTS_PER_SLAB = 31;

    final MemoryTier tier = new MemoryTier();
    SlabAllocator allocator;

    @Override
    public final Void call() {
        allocator = open(SlabAllocator.builder().limitBytes(8 << 20));
        try {
            play();
            allocator.checkInvariants();
            return null;
        } finally {
            allocator.close();
        }
    }

    SlabAllocator open(SlabAllocatorBuilder builder) {
        return builder.reclamation(Reclamation.KEEP_HOT).coldTier(tier).build();
    }

    abstract void play();

    long[] allocate(int count, long epoch) {
        long[] handles = new long[count];
        for (int i = 0; i < count; i++) {
            handles[i] = allocator.allocate(100, epoch);
            assertThat(Handle.isHandle(handles[i])).isTrue();
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
        }
        return handles;
    }

    void free(long... handles) {
        for (long handle : handles) {
            assertThat(allocator.free(handle)).isTrue();
        }
    }

    void requireLive(long... handles) {
        for (long handle : handles) {
            assertThat(allocator.resolve(handle)).isNotNull();
            assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
        }
    }

    EpochClosing close(long epoch, Disposition disposition) {
        return allocator.closeEpoch(epoch, disposition).join();
    }
}
