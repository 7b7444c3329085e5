package io.znsslab.netty;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The accesses of a buffer whose bytes are a native segment. A segment checks bounds and that its arena is open;
 * Netty's own checks come before, and say first that a buffer was released.
 *
 * <p>As thread-safe as Netty's buffers: the reference count is, the rest belongs to one thread at a time.
 */
abstract class SegmentByteBuf extends AbstractReferenceCountedByteBuf {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT_LE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_LE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The bytes, at least as many as the capacity; empty once the buffer is released. */
    private MemorySegment memory = MemorySegment.NULL;

    /** A view of all the memory, made when it is first asked for. */
    private @Nullable ByteBuffer view;

    SegmentByteBuf(int maxCapacity) {
        super(maxCapacity);
    }

    final MemorySegment memory() {
        return memory;
    }

    final void memory(MemorySegment bytes) {
        memory = bytes;
        view = null;
    }

    @Override
    protected final byte _getByte(int index) {
        return memory.get(ValueLayout.JAVA_BYTE, index);
    }

    @Override
    protected final short _getShort(int index) {
        return memory.get(SHORT, index);
    }

    @Override
    protected final short _getShortLE(int index) {
        return memory.get(SHORT_LE, index);
    }

    @Override
    protected final int _getUnsignedMedium(int index) {
        return ((_getByte(index) & 0xff) << 16) | (_getShort(index + 1) & 0xffff);
    }

    @Override
    protected final int _getUnsignedMediumLE(int index) {
        return (_getShortLE(index) & 0xffff) | ((_getByte(index + 2) & 0xff) << 16);
    }

    @Override
    protected final int _getInt(int index) {
        return memory.get(INT, index);
    }

    @Override
    protected final int _getIntLE(int index) {
        return memory.get(INT_LE, index);
    }

    @Override
    protected final long _getLong(int index) {
        return memory.get(LONG, index);
    }

    @Override
    protected final long _getLongLE(int index) {
        return memory.get(LONG_LE, index);
    }

    @Override
    protected final void _setByte(int index, int value) {
        memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }

    @Override
    protected final void _setShort(int index, int value) {
        memory.set(SHORT, index, (short) value);
    }

    @Override
    protected final void _setShortLE(int index, int value) {
        memory.set(SHORT_LE, index, (short) value);
    }

    @Override
    protected final void _setMedium(int index, int value) {
        _setByte(index, value >>> 16);
        _setShort(index + 1, value);
    }

    @Override
    protected final void _setMediumLE(int index, int value) {
        _setShortLE(index, value);
        _setByte(index + 2, value >>> 16);
    }

    @Override
    protected final void _setInt(int index, int value) {
        memory.set(INT, index, value);
    }

    @Override
    protected final void _setIntLE(int index, int value) {
        memory.set(INT_LE, index, value);
    }

    @Override
    protected final void _setLong(int index, long value) {
        memory.set(LONG, index, value);
    }

    @Override
    protected final void _setLongLE(int index, long value) {
        memory.set(LONG_LE, index, value);
    }

    @Override
    public final ByteBuf getBytes(int index, ByteBuf target, int targetIndex, int length) {
        checkDstIndex(index, length, targetIndex, target.capacity());
        if (target.hasArray()) {
            return getBytes(index, target.array(), target.arrayOffset() + targetIndex, length);
        }
        target.setBytes(targetIndex, slice(memory, index, length));
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, byte[] target, int targetIndex, int length) {
        checkDstIndex(index, length, targetIndex, target.length);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, index, target, targetIndex, length);
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, ByteBuffer target) {
        checkIndex(index, target.remaining());
        target.put(slice(memory, index, target.remaining()));
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, OutputStream out, int length) throws IOException {
        checkIndex(index, length);
        if (length > 0) {
            out.write(memory.asSlice(index, length).toArray(ValueLayout.JAVA_BYTE));
        }
        return this;
    }

    @Override
    public final int getBytes(int index, GatheringByteChannel out, int length) throws IOException {
        return length == 0 ? 0 : out.write(nioBuffer(index, length));
    }

    @Override
    public final int getBytes(int index, FileChannel out, long position, int length) throws IOException {
        return length == 0 ? 0 : out.write(nioBuffer(index, length), position);
    }

    @Override
    public final ByteBuf setBytes(int index, ByteBuf source, int sourceIndex, int length) {
        checkSrcIndex(index, length, sourceIndex, source.capacity());
        if (source.hasArray()) {
            return setBytes(index, source.array(), source.arrayOffset() + sourceIndex, length);
        }
        source.getBytes(sourceIndex, slice(memory, index, length));
        return this;
    }

    @Override
    public final ByteBuf setBytes(int index, byte[] source, int sourceIndex, int length) {
        checkSrcIndex(index, length, sourceIndex, source.length);
        MemorySegment.copy(source, sourceIndex, memory, ValueLayout.JAVA_BYTE, index, length);
        return this;
    }

    @Override
    public final ByteBuf setBytes(int index, ByteBuffer source) {
        checkIndex(index, source.remaining());
        slice(memory, index, source.remaining()).put(source);
        return this;
    }

    @Override
    public final int setBytes(int index, InputStream in, int length) throws IOException {
        checkIndex(index, length);
        byte[] read = new byte[length];
        int bytes = in.read(read, 0, length);
        if (bytes > 0) {
            setBytes(index, read, 0, bytes);
        }
        return bytes;
    }

    @Override
    public final int setBytes(int index, ScatteringByteChannel in, int length) throws IOException {
        try {
            return in.read(nioBuffer(index, length));
        } catch (ClosedChannelException e) {
            return -1; // as Netty's buffers answer
        }
    }

    @Override
    public final int setBytes(int index, FileChannel in, long position, int length) throws IOException {
        try {
            return in.read(nioBuffer(index, length), position);
        } catch (ClosedChannelException e) {
            return -1;
        }
    }

    private static ByteBuffer slice(MemorySegment memory, int index, int length) {
        return memory.asSlice(index, length).asByteBuffer();
    }

    @Override
    public final int nioBufferCount() {
        return 1;
    }

    @Override
    public final ByteBuffer nioBuffer(int index, int length) {
        checkIndex(index, length);
        return slice(memory, index, length);
    }

    @Override
    public final ByteBuffer[] nioBuffers(int index, int length) {
        return new ByteBuffer[] {nioBuffer(index, length)};
    }

    @Override
    public final ByteBuffer internalNioBuffer(int index, int length) {
        checkIndex(index, length);
        if (view == null) {
            view = memory.asByteBuffer();
        }
        return view.limit(index + length).position(index);
    }

    @Override
    public final ByteBuf copy(int index, int length) {
        checkIndex(index, length);
        return alloc().directBuffer(length, maxCapacity()).writeBytes(this, index, length);
    }

    @Override
    public final boolean hasMemoryAddress() {
        return true;
    }

    /** Even where Netty's checks are switched off: past the object, nothing protects what is done with an address. */
    @Override
    public final long memoryAddress() {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        return memory.address();
    }

    @Override
    public final boolean hasArray() {
        return false;
    }

    @Override
    public final byte[] array() {
        throw new UnsupportedOperationException("a direct buffer has no array");
    }

    @Override
    public final int arrayOffset() {
        throw new UnsupportedOperationException("a direct buffer has no array");
    }

    @Override
    public final boolean isDirect() {
        return true;
    }

    @Override
    public final boolean isContiguous() {
        return true;
    }

    @Override
    @SuppressWarnings("deprecation") // as long as Netty has it
    public final ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public final @Nullable ByteBuf unwrap() {
        return null;
    }
}
