package io.znsslab.netty.benchmark;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.znsslab.netty.SlabByteBufAllocator;
import java.util.function.Supplier;

/** The allocators that are compared. */
public enum BufferContestant {
    /** Ours, with its defaults and room for the largest pattern. */
    SLAB(() -> SlabByteBufAllocator.builder().limitBytes(2L << 30).build()),
    /** Netty's default since 4.2, with its caches for every thread. */
    ADAPTIVE(() -> new AdaptiveByteBufAllocator(true, true)),
    /** Netty's default before, with its caches. */
    POOLED(() -> new PooledByteBufAllocator(true)),
    /** The C heap for each buffer. */
    UNPOOLED(() -> new UnpooledByteBufAllocator(true));

    private final Supplier<ByteBufAllocator> opening;

    BufferContestant(Supplier<ByteBufAllocator> opening) {
        this.opening = opening;
    }

    ByteBufAllocator open() {
        return opening.get();
    }
}
