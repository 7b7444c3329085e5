package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Netty's contract of transfers of many bytes. */
interface TransferContract extends BufferSource {
    /** Bytes of each transfer: more than a page, and no multiple of a word. */
    int LENGTH = 5003;

    private ByteBuf full() {
        return buffer(LENGTH).writeBytes(BufferSource.pattern(LENGTH));
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }

    @Test
    default void arraysAreCopiedInParts() {
        ByteBuf buffer = full();
        byte[] target = new byte[10];
        buffer.getBytes(4000, target, 3, 5);
        byte[] expected = new byte[10];
        System.arraycopy(BufferSource.pattern(LENGTH), 4000, expected, 3, 5);
        assertThat(target).isEqualTo(expected);
        buffer.setBytes(1, new byte[] {9, 8, 7, 6}, 1, 2);
        assertThat(buffer.getByte(1)).isEqualTo((byte) 8);
        assertThat(buffer.getByte(2)).isEqualTo((byte) 7);
        assertThat(buffer.getByte(3)).isEqualTo(BufferSource.pattern(4)[3]);
        assertThatThrownBy(() -> buffer.getBytes(LENGTH - 3, target)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.getBytes(0, target, 8, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.setBytes(0, target, -1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        buffer.release();
    }

    @Test
    default void buffersOfEveryKindAreCopiedBothWays() {
        for (ByteBuf other : List.of(
                buffer(6000).writeZero(6000),
                allocator().heapBuffer(6000).writeZero(6000),
                Unpooled.directBuffer(6000).writeZero(6000))) {
            ByteBuf buffer = full();
            buffer.getBytes(0, other, 500, LENGTH);
            assertThat(bytes(other.slice(500, LENGTH))).isEqualTo(BufferSource.pattern(LENGTH));
            assertThat(other.getByte(499)).isZero();
            buffer.setZero(0, LENGTH).setBytes(10, other, 500, 4000);
            assertThat(bytes(buffer.slice(10, 4000))).isEqualTo(Arrays.copyOf(BufferSource.pattern(LENGTH), 4000));
            assertThat(buffer.getByte(9)).isZero();
            assertThat(buffer.getByte(4010)).isZero();
            ByteBuf tooSmall = buffer(10);
            assertThatThrownBy(() -> buffer.getBytes(0, tooSmall, 0, 11)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> buffer.setBytes(0, tooSmall, 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
            tooSmall.release();
            buffer.release();
            other.release();
        }
    }

    @Test
    default void compositesAreFilledAndEmptiedOverTheirParts() {
        CompositeByteBuf composite = allocator()
                .compositeBuffer()
                .addComponent(true, buffer(3000).writeZero(3000))
                .addComponent(true, allocator().heapBuffer(3000).writeZero(3000));
        ByteBuf buffer = full();
        composite.setBytes(500, buffer, 0, LENGTH);
        assertThat(bytes(composite.slice(500, LENGTH))).isEqualTo(BufferSource.pattern(LENGTH));
        buffer.setZero(0, LENGTH).setBytes(10, composite, 500, 4000);
        assertThat(bytes(buffer.slice(10, 4000))).isEqualTo(Arrays.copyOf(BufferSource.pattern(LENGTH), 4000));
        buffer.release();
        composite.release();
    }

    @Test
    default void readsAndWritesMoveTheIndicesOfBoth() {
        ByteBuf buffer = full();
        ByteBuf target = buffer(100);
        buffer.readBytes(target, 60);
        assertThat(buffer.readerIndex()).isEqualTo(60);
        assertThat(target.readableBytes()).isEqualTo(60);
        target.writeBytes(buffer, 40);
        assertThat(buffer.readerIndex()).isEqualTo(100);
        assertThat(bytes(target)).isEqualTo(Arrays.copyOf(BufferSource.pattern(LENGTH), 100));
        ByteBuf part = buffer.readBytes(50);
        assertThat(bytes(part)).isEqualTo(Arrays.copyOfRange(BufferSource.pattern(LENGTH), 100, 150));
        part.release();
        target.release();
        buffer.release();
    }

    @Test
    default void aCopyWithinABufferMayOverlap() {
        ByteBuf buffer = full();
        buffer.setBytes(100, buffer, 0, 1000);
        assertThat(bytes(buffer.slice(100, 1000))).isEqualTo(Arrays.copyOf(BufferSource.pattern(LENGTH), 1000));
        buffer.release();
    }

    @Test
    default void byteBuffersAreFilledAndEmptied() {
        ByteBuf buffer = full();
        for (ByteBuffer other : List.of(ByteBuffer.allocate(300), ByteBuffer.allocateDirect(300))) {
            other.position(20).limit(220);
            buffer.getBytes(7, other);
            assertThat(other.position()).isEqualTo(220);
            other.position(20);
            buffer.setBytes(LENGTH - 200, other);
            assertThat(other.hasRemaining()).isFalse();
            assertThat(bytes(buffer.slice(LENGTH - 200, 200)))
                    .isEqualTo(Arrays.copyOfRange(BufferSource.pattern(LENGTH), 7, 207));
            other.clear();
            assertThatThrownBy(() -> buffer.getBytes(LENGTH - 299, other))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> buffer.getBytes(0, other.asReadOnlyBuffer()))
                    .isInstanceOf(ReadOnlyBufferException.class);
        }
        buffer.release();
    }

    @Test
    default void streamsAreReadAndWritten() throws IOException {
        ByteBuf buffer = full();
        var out = new ByteArrayOutputStream();
        buffer.readBytes(out, 4000);
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(BufferSource.pattern(LENGTH), 4000));
        ByteBuf target = buffer(5000);
        var in = new ByteArrayInputStream(out.toByteArray());
        assertThat(target.writeBytes(in, 5000)).isEqualTo(4000);
        assertThat(bytes(target)).isEqualTo(out.toByteArray());
        assertThat(target.writeBytes(in, 10)).isEqualTo(-1);
        assertThat(target.writerIndex()).isEqualTo(4000);
        target.release();
        buffer.release();
    }

    @Test
    default void channelsAreReadAndWritten(@TempDir Path folder) throws IOException {
        ByteBuf buffer = full();
        FileChannel closed;
        try (FileChannel file = FileChannel.open(
                folder.resolve("bytes"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            assertThat(buffer.readBytes(file, 3000)).isEqualTo(3000);
            assertThat(buffer.getBytes(3000, file, 3000L, 2003)).isEqualTo(2003);
            assertThat(file.size()).isEqualTo(LENGTH);
            ByteBuf target = buffer(6000);
            file.position(0);
            assertThat(target.writeBytes(file, 4000)).isEqualTo(4000);
            assertThat(target.setBytes(4000, file, 4000L, 2000)).isEqualTo(1003);
            target.writerIndex(LENGTH);
            assertThat(bytes(target)).isEqualTo(BufferSource.pattern(LENGTH));
            assertThat(target.setBytes(0, file, LENGTH, 10)).isEqualTo(-1);
            target.release();
            closed = file;
        }
        assertThat(buffer.setBytes(0, closed, 10)).isEqualTo(-1);
        assertThat(buffer.setBytes(0, closed, 0L, 10)).isEqualTo(-1);
        buffer.release();
    }

    @Test
    default void aNioBufferIsAViewOfTheBytes() {
        ByteBuf buffer = full();
        ByteBuffer view = buffer.nioBuffer(100, 50);
        assertThat(view.remaining()).isEqualTo(50);
        assertThat(view.position()).isZero();
        assertThat(view.getInt(0)).isEqualTo(buffer.getInt(100));
        view.putLong(8, 77);
        assertThat(buffer.getLong(108)).isEqualTo(77);
        assertThat(buffer.nioBufferCount()).isEqualTo(1);
        assertThat(buffer.nioBuffers(3, 4)).singleElement().isEqualTo(buffer.nioBuffer(3, 4));
        ByteBuffer inner = buffer.internalNioBuffer(200, 30);
        assertThat(inner.remaining()).isEqualTo(30);
        assertThat(inner.get(inner.position())).isEqualTo(buffer.getByte(200));
        assertThat(buffer.internalNioBuffer(LENGTH - 1, 1).remaining()).isEqualTo(1);
        assertThatThrownBy(() -> buffer.nioBuffer(LENGTH - 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.internalNioBuffer(0, LENGTH + 1)).isInstanceOf(IndexOutOfBoundsException.class);
        buffer.release();
    }
}
