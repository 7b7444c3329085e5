package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Netty's contract of an allocator. */
interface AllocatorContract extends BufferSource {
    @Test
    default void buffersHaveTheSizesThatWereAskedFor() {
        for (int capacity : new int[] {0, 1, 63, 64, 65, 256, 4096, 8193, 16_384, 65_463, 65_465, 65_536, 1 << 20}) {
            ByteBuf direct = allocator().directBuffer(capacity, 2 << 20);
            assertThat(direct.capacity()).isEqualTo(capacity);
            assertThat(direct.maxCapacity()).isEqualTo(2 << 20);
            assertThat(direct.isDirect()).isTrue();
            ByteBuf heap = allocator().heapBuffer(capacity);
            assertThat(heap.capacity()).isEqualTo(capacity);
            assertThat(heap.hasArray()).isTrue();
            assertThat(heap.alloc()).isSameAs(allocator());
            for (ByteBuf buffer : List.of(direct, heap)) {
                buffer.writeZero(capacity);
                assertThat(buffer.release()).isTrue();
            }
        }
    }

    @Test
    default void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> allocator().directBuffer(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator().directBuffer(11, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator().heapBuffer(11, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator().calculateNewCapacity(11, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator().calculateNewCapacity(-1, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void capacitiesGrowByPowersOfTwoAndThenBy4MiB() {
        assertThat(allocator().calculateNewCapacity(1, 1000)).isEqualTo(64);
        assertThat(allocator().calculateNewCapacity(65, 1000)).isEqualTo(128);
        assertThat(allocator().calculateNewCapacity(600, 1000)).isEqualTo(1000);
        assertThat(allocator().calculateNewCapacity(4 << 20, Integer.MAX_VALUE)).isEqualTo(4 << 20);
        assertThat(allocator().calculateNewCapacity((4 << 20) + 1, Integer.MAX_VALUE))
                .isEqualTo(8 << 20);
    }

    @Test
    default void buffersForInputAndOutputAreDirect() {
        for (ByteBuf buffer : List.of(
                allocator().ioBuffer(), allocator().ioBuffer(10), allocator().ioBuffer(10, 20))) {
            assertThat(buffer.isDirect()).isTrue();
            buffer.release();
        }
        assertThat(allocator().directBuffer(0, 0).capacity()).isZero();
    }

    @Test
    default void compositesTakeSoManyComponents() {
        for (CompositeByteBuf composite : List.of(
                allocator().compositeBuffer(8),
                allocator().compositeDirectBuffer(8),
                allocator().compositeHeapBuffer(8))) {
            assertThat(composite.maxNumComponents()).isEqualTo(8);
            assertThat(composite.alloc()).isSameAs(allocator());
            for (int i = 0; i < 9; i++) {
                composite.addComponent(true, buffer(8).writeLong(i));
            }
            assertThat(composite.numComponents()).isLessThanOrEqualTo(8);
            assertThat(composite.getLong(64)).isEqualTo(8);
            composite.release();
        }
    }

    @Test
    default void usedMemoryIsSeen() {
        var metric = ((ByteBufAllocatorMetricProvider) allocator()).metric();
        List<ByteBuf> buffers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            buffers.add(buffer(1000));
            buffers.add(allocator().heapBuffer(1000));
        }
        buffers.add(buffer(100_000));
        assertThat(metric.usedDirectMemory()).isGreaterThanOrEqualTo(200_000);
        assertThat(metric.usedHeapMemory()).isGreaterThanOrEqualTo(100_000);
        buffers.forEach(ByteBuf::release);
    }
}
