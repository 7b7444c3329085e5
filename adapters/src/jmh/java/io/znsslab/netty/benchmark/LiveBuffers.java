package io.znsslab.netty.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.znsslab.netty.SlabByteBufAllocator;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** So many live buffers of one allocator, of which a random one is replaced at a time. */
final class LiveBuffers {
    private static final int STEPS = 1 << 16;
    private static final int PAGE_BYTES = 4096;

    private final ByteBufAllocator allocator;
    private final ByteBuf[] live;
    private final int[] places = new int[STEPS];
    private final int[] sizes = new int[STEPS];
    private int step;

    /**
     * Allocates them all.
     *
     * @param sizeOf the size of a buffer, in bytes, by a random number of 0 or more
     */
    LiveBuffers(ByteBufAllocator allocator, int count, IntUnaryOperator sizeOf) {
        this.allocator = allocator;
        this.live = new ByteBuf[count];
        Random random = new Random(1);
        for (int i = 0; i < STEPS; i++) {
            places[i] = random.nextInt(count);
            sizes[i] = sizeOf.applyAsInt(random.nextInt(Integer.MAX_VALUE));
        }
        for (int i = 0; i < count; i++) {
            live[i] = written(sizes[i % STEPS]);
        }
    }

    private ByteBuf written(int bytes) {
        ByteBuf buffer = allocator.directBuffer(bytes);
        for (int at = 0; at < bytes; at += PAGE_BYTES) {
            buffer.setByte(at, at);
        }
        return buffer;
    }

    /** Releases one and allocates another one. */
    ByteBuf replace() {
        int now = step;
        step = (step + 1) % STEPS;
        int place = places[now];
        live[place].release();
        ByteBuf next = written(sizes[now]);
        live[place] = next;
        return next;
    }

    void close() {
        for (ByteBuf buffer : live) {
            buffer.release();
        }
        if (allocator instanceof SlabByteBufAllocator slabs) {
            slabs.close();
        }
    }
}
