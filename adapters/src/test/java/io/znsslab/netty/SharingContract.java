package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.IllegalReferenceCountException;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Netty's contract of capacities, of views that share a buffer's bytes, and of the count of references. */
interface SharingContract extends BufferSource {
    private ByteBuf full(int length) {
        return buffer(length).writeBytes(BufferSource.pattern(length));
    }

    private static void assertPattern(ByteBuf buffer, int length) {
        for (int i = 0; i < length; i++) {
            assertThat(buffer.getByte(i)).isEqualTo(BufferSource.pattern(length)[i]);
        }
    }

    @Test
    default void aCapacityGrowsAndShrinksWithTheBytesThatRemain() {
        ByteBuf buffer = full(100);
        for (int capacity : new int[] {120, 128, 129, 300, 5000, 70_000, 200_000, 1000, 100}) {
            buffer.capacity(capacity);
            assertThat(buffer.capacity()).isEqualTo(capacity);
            assertThat(buffer.writerIndex()).isEqualTo(100);
            assertPattern(buffer, 100);
            buffer.setByte(capacity - 1, buffer.getByte(capacity - 1));
            assertThatThrownBy(() -> buffer.getByte(capacity)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        buffer.readerIndex(60).capacity(50);
        assertThat(buffer.readerIndex()).isEqualTo(50);
        assertThat(buffer.writerIndex()).isEqualTo(50);
        assertThatThrownBy(() -> buffer.capacity(-1)).isInstanceOf(IllegalArgumentException.class);
        buffer.release();
    }

    @Test
    default void aWriteBeyondTheCapacityExpandsUpToTheMaximum() {
        ByteBuf buffer = allocator().directBuffer(8, 100);
        buffer.writeZero(60).writeLong(5);
        assertThat(buffer.capacity()).isBetween(68, 100);
        assertThat(buffer.getLong(60)).isEqualTo(5);
        assertThat(buffer.ensureWritable(33, false)).isEqualTo(1);
        assertThat(buffer.ensureWritable(32, false)).isIn(0, 2);
        assertThat(buffer.maxWritableBytes()).isEqualTo(32);
        assertThat(buffer.maxFastWritableBytes()).isBetween(0, 32);
        assertThatThrownBy(() -> buffer.writeZero(33)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.capacity(101)).isInstanceOf(IllegalArgumentException.class);
        buffer.release();
    }

    @Test
    default void readBytesAreDiscarded() {
        ByteBuf buffer = full(100);
        buffer.readerIndex(30).discardReadBytes();
        assertThat(buffer.readerIndex()).isZero();
        assertThat(buffer.writerIndex()).isEqualTo(70);
        assertThat(buffer.getByte(0)).isEqualTo(BufferSource.pattern(31)[30]);
        assertThat(buffer.getByte(69)).isEqualTo(BufferSource.pattern(100)[99]);
        buffer.readerIndex(60).discardSomeReadBytes();
        assertThat(buffer.readableBytes()).isEqualTo(10);
        assertThat(buffer.readByte()).isEqualTo(BufferSource.pattern(100)[90]);
        buffer.release();
    }

    @Test
    default void slicesAndDuplicatesShareTheBytesAndNotTheIndices() {
        ByteBuf buffer = full(100);
        ByteBuf slice = buffer.slice(10, 20);
        ByteBuf duplicate = buffer.duplicate();
        buffer.setByte(15, 99);
        assertThat(slice.getByte(5)).isEqualTo((byte) 99);
        assertThat(duplicate.getByte(15)).isEqualTo((byte) 99);
        slice.setInt(0, 42);
        assertThat(buffer.getInt(10)).isEqualTo(42);
        duplicate.readerIndex(50);
        assertThat(buffer.readerIndex()).isZero();
        assertThat(slice.capacity()).isEqualTo(20);
        assertThatThrownBy(() -> slice.getByte(20)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.slice(90, 11)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(slice.slice(5, 5).getByte(0)).isEqualTo((byte) 99);
        assertThat(slice.refCnt()).isEqualTo(1);
        buffer.release();
        assertThat(slice.refCnt()).isZero();
    }

    @Test
    default void retainedViewsKeepTheBuffer() {
        ByteBuf buffer = full(100);
        ByteBuf slice = buffer.retainedSlice(10, 20);
        ByteBuf duplicate = buffer.retainedDuplicate();
        ByteBuf read = buffer.readRetainedSlice(5);
        assertThat(buffer.release()).isFalse();
        assertThat(read.getByte(4)).isEqualTo(BufferSource.pattern(5)[4]);
        read.release();
        assertThat(duplicate.getByte(99)).isEqualTo(BufferSource.pattern(100)[99]);
        duplicate.release();
        assertThat(slice.getByte(0)).isEqualTo(BufferSource.pattern(11)[10]);
        assertThat(slice.release()).isTrue();
        assertThat(buffer.refCnt()).isZero();
        assertThatThrownBy(() -> buffer.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
    }

    @Test
    default void aReadOnlyViewRefusesWrites() {
        ByteBuf buffer = full(20);
        ByteBuf readOnly = buffer.asReadOnly();
        assertThat(readOnly.isReadOnly()).isTrue();
        assertThat(readOnly.getLong(3)).isEqualTo(buffer.getLong(3));
        assertThatThrownBy(() -> readOnly.setByte(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> readOnly.setBytes(0, new byte[2])).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(readOnly.nioBuffer(0, 4).isReadOnly()).isTrue();
        assertThat(readOnly.isWritable()).isFalse();
        assertThatThrownBy(() -> buffer.getBytes(0, readOnly, 0, 2)).isInstanceOf(ReadOnlyBufferException.class);
        buffer.release();
    }

    @Test
    default void aCopyIsABufferOfItsOwn() {
        ByteBuf buffer = full(100);
        ByteBuf copy = buffer.copy(10, 50);
        buffer.setByte(10, buffer.getByte(10) + 1);
        assertThat(copy.readableBytes()).isEqualTo(50);
        assertThat(copy.getByte(0)).isEqualTo(BufferSource.pattern(11)[10]);
        assertThat(copy.isDirect()).isTrue();
        buffer.release();
        assertThat(copy.refCnt()).isEqualTo(1);
        copy.release();
    }

    @Test
    default void compositesReadOverTheirParts() {
        ByteBuf first = full(50);
        ByteBuf second = full(70);
        ByteBuf composite =
                allocator().compositeBuffer().addComponent(true, first).addComponent(true, second);
        assertThat(composite.readableBytes()).isEqualTo(120);
        assertThat(composite.getByte(49)).isEqualTo(BufferSource.pattern(50)[49]);
        assertThat(composite.getByte(50)).isEqualTo(BufferSource.pattern(1)[0]);
        assertThat(composite.nioBufferCount()).isEqualTo(2);
        composite.setLong(46, 0x1122334455667788L);
        assertThat(second.getInt(0)).isEqualTo(0x55667788);
        assertThat(composite.release()).isTrue();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    default void theLastReleaseOfManyThreadsFreesTheBuffer() throws Exception {
        int threads = 4;
        List<ByteBuf> buffers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            ByteBuf buffer = buffer(1 + i * 7 % 3000);
            buffers.add(buffer.setByte(0, i).retain(threads - 1));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Integer>> releases = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                releases.add(() -> {
                    int last = 0;
                    for (int i = 0; i < buffers.size(); i++) {
                        assertThat(buffers.get(i).getByte(0)).isEqualTo((byte) i);
                        last += buffers.get(i).release() ? 1 : 0;
                    }
                    return last;
                });
            }
            int last = 0;
            for (Future<Integer> result : pool.invokeAll(releases)) {
                last += result.get();
            }
            assertThat(last).isEqualTo(buffers.size());
        }
        assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    default void wholeBuffersAreDumpedAsTheirBytes() {
        ByteBuf buffer = buffer(4).writeInt(0xcafebabe);
        assertThat(ByteBufUtil.hexDump(buffer)).isEqualTo("cafebabe");
        assertThat(buffer.toString()).contains("ridx: 0", "widx: 4", "cap: 4");
        buffer.release();
    }
}
