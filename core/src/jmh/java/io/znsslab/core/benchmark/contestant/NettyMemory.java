package io.znsslab.core.benchmark.contestant;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Direct buffers of one of Netty's allocators. A buffer counts its references and refuses access once the count is 0.
 */
final class NettyMemory implements ObjectMemory {
    private final ByteBufAllocator allocator;

    NettyMemory(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public Places places(int count) {
        return new Buffers(allocator, count);
    }

    @Override
    public RequestServer requestServer() {
        return new Requests(allocator);
    }

    private static void release(ByteBuf buffer) {
        if (!buffer.release()) {
            throw new IllegalStateException("a buffer of one reference was released and lives on: " + buffer);
        }
    }

    private static final class Buffers implements Places {
        private final ByteBufAllocator allocator;
        private final ByteBuf[] buffers;

        Buffers(ByteBufAllocator allocator, int count) {
            this.allocator = allocator;
            this.buffers = new ByteBuf[count];
        }

        @Override
        public void allocate(int place, int bytes) {
            buffers[place] = allocator.directBuffer(bytes);
        }

        @Override
        public void free(int place) {
            release(buffers[place]);
        }

        @Override
        public void allocateAndFree(int bytes) {
            release(allocator.directBuffer(bytes));
        }

        @Override
        public void write(int place, long value) {
            buffers[place].setLong(0, value);
        }

        @Override
        public long read(int place) {
            return buffers[place].getLong(0);
        }
    }

    private record Requests(ByteBufAllocator allocator) implements RequestServer {
        @Override
        public long serve(int[] sizes, int from, int objects) {
            ByteBuf[] own = new ByteBuf[objects];
            for (int object = 0; object < objects; object++) {
                ByteBuf buffer = allocator.directBuffer(sizes[from + object]);
                buffer.setLong(0, object);
                own[object] = buffer;
            }
            long sum = 0;
            for (int object = 0; object < objects; object++) {
                sum += own[object].getLong(0);
            }
            for (int object = 0; object < objects; object++) {
                release(own[object]);
            }
            return sum;
        }
    }
}
