package io.znsslab.netty.benchmark;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.znsslab.netty.SlabByteBufAllocator;

/** The allocators that are compared. */
public enum BufferContestant {
    /** Ours, with its defaults and room for the largest pattern. */
    SLAB,
    /** Netty's default since 4.2, with its caches for every thread. */
    ADAPTIVE,
    /** Netty's default before, with its caches. */
    POOLED,
    /** The C heap for each buffer. */
    UNPOOLED;

    ByteBufAllocator open() {
        return switch (this) {
            case SLAB -> SlabByteBufAllocator.builder().limitBytes(2L << 30).build();
            case ADAPTIVE -> new AdaptiveByteBufAllocator(true, true);
            case POOLED -> new PooledByteBufAllocator(true);
            case UNPOOLED -> new UnpooledByteBufAllocator(true);
        };
    }
}
