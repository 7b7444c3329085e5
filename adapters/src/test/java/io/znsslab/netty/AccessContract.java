package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Netty's contract of a buffer's indices and of its single values. */
interface AccessContract extends BufferSource {
    @Test
    default void aNewBufferIsEmptyAndHasItsCapacity() {
        ByteBuf buffer = buffer(100);
        assertThat(buffer.capacity()).isEqualTo(100);
        assertThat(buffer.maxCapacity()).isEqualTo(Integer.MAX_VALUE);
        assertThat(buffer.readerIndex()).isZero();
        assertThat(buffer.writerIndex()).isZero();
        assertThat(buffer.isReadable()).isFalse();
        assertThat(buffer.writableBytes()).isEqualTo(100);
        assertThat(buffer.refCnt()).isEqualTo(1);
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.hasArray()).isFalse();
        assertThat(buffer.isContiguous()).isTrue();
        assertThat(buffer.isReadOnly()).isFalse();
        assertThat(buffer.alloc()).isSameAs(allocator());
        assertThat(buffer.unwrap() == null || buffer.unwrap().unwrap() == null).isTrue();
        assertThatThrownBy(buffer::array).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(buffer::arrayOffset).isInstanceOf(UnsupportedOperationException.class);
        buffer.release();
    }

    @Test
    default void indicesStayInOrder() {
        ByteBuf buffer = buffer(20);
        buffer.setIndex(5, 15);
        assertThat(buffer.readableBytes()).isEqualTo(10);
        List<ThrowingCallable> outside = List.of(
                () -> buffer.readerIndex(16),
                () -> buffer.readerIndex(-1),
                () -> buffer.writerIndex(4),
                () -> buffer.writerIndex(21),
                () -> buffer.setIndex(-1, 5),
                () -> buffer.setIndex(6, 5),
                () -> buffer.setIndex(0, 21),
                () -> buffer.skipBytes(11));
        for (ThrowingCallable call : outside) {
            assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(buffer.readerIndex()).isEqualTo(5);
        assertThat(buffer.writerIndex()).isEqualTo(15);
        buffer.markReaderIndex().markWriterIndex().clear();
        assertThat(buffer.writerIndex()).isZero();
        buffer.resetWriterIndex().resetReaderIndex();
        assertThat(buffer.readerIndex()).isEqualTo(5);
        assertThat(buffer.writerIndex()).isEqualTo(15);
        buffer.release();
    }

    @Test
    default void noValueReachesBeyondTheCapacity() {
        ByteBuf buffer = buffer(8);
        List<ThrowingCallable> outside = List.of(
                () -> buffer.getByte(-1),
                () -> buffer.getByte(8),
                () -> buffer.getShort(7),
                () -> buffer.getMedium(6),
                () -> buffer.getInt(5),
                () -> buffer.getLong(1),
                () -> buffer.getLongLE(Integer.MAX_VALUE),
                () -> buffer.setByte(8, 0),
                () -> buffer.setShortLE(7, 0),
                () -> buffer.setMediumLE(6, 0),
                () -> buffer.setIntLE(5, 0),
                () -> buffer.setLong(-1, 0),
                () -> buffer.setZero(4, 5),
                () -> buffer.readByte(),
                () -> buffer.readLong());
        for (ThrowingCallable call : outside) {
            assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
        }
        buffer.release();
    }

    @Test
    default void valuesAreBigEndianAndNeedNoAlignment() {
        ByteBuf buffer = buffer(32);
        for (int at = 0; at < 8; at++) {
            buffer.setLong(at, 0x0102030405060708L);
            assertThat(buffer.getByte(at)).isEqualTo((byte) 1);
            assertThat(buffer.getUnsignedByte(at + 7)).isEqualTo((short) 8);
            assertThat(buffer.getShort(at)).isEqualTo((short) 0x0102);
            assertThat(buffer.getMedium(at)).isEqualTo(0x010203);
            assertThat(buffer.getInt(at + 1)).isEqualTo(0x02030405);
            assertThat(buffer.getLong(at)).isEqualTo(0x0102030405060708L);
            assertThat(buffer.getShortLE(at)).isEqualTo((short) 0x0201);
            assertThat(buffer.getMediumLE(at)).isEqualTo(0x030201);
            assertThat(buffer.getIntLE(at)).isEqualTo(0x04030201);
            assertThat(buffer.getLongLE(at)).isEqualTo(0x0807060504030201L);
        }
        buffer.release();
    }

    @Test
    default void valuesOfBothOrdersComeBackWithTheirSigns() {
        ByteBuf buffer = buffer(64);
        buffer.writeByte(-2).writeShort(-3).writeMedium(-4).writeInt(-5).writeLong(-6);
        buffer.writeShortLE(-7).writeMediumLE(-8).writeIntLE(-9).writeLongLE(-10);
        buffer.writeBoolean(true).writeChar('é').writeFloat(1.5f).writeDouble(-2.25);
        buffer.writeFloatLE(3.5f).writeDoubleLE(4.75);
        assertThat(buffer.getUnsignedByte(0)).isEqualTo((short) 254);
        assertThat(buffer.getUnsignedShort(1)).isEqualTo(65533);
        assertThat(buffer.getUnsignedMedium(3)).isEqualTo(0xfffffc);
        assertThat(buffer.getUnsignedInt(6)).isEqualTo(0xfffffffbL);
        assertThat(buffer.readByte()).isEqualTo((byte) -2);
        assertThat(buffer.readShort()).isEqualTo((short) -3);
        assertThat(buffer.readMedium()).isEqualTo(-4);
        assertThat(buffer.readInt()).isEqualTo(-5);
        assertThat(buffer.readLong()).isEqualTo(-6);
        assertThat(buffer.getUnsignedShortLE(buffer.readerIndex())).isEqualTo(65529);
        assertThat(buffer.readShortLE()).isEqualTo((short) -7);
        assertThat(buffer.getUnsignedMediumLE(buffer.readerIndex())).isEqualTo(0xfffff8);
        assertThat(buffer.readMediumLE()).isEqualTo(-8);
        assertThat(buffer.readIntLE()).isEqualTo(-9);
        assertThat(buffer.readLongLE()).isEqualTo(-10);
        assertThat(buffer.readBoolean()).isTrue();
        assertThat(buffer.readChar()).isEqualTo('é');
        assertThat(buffer.readFloat()).isEqualTo(1.5f);
        assertThat(buffer.readDouble()).isEqualTo(-2.25);
        assertThat(buffer.readFloatLE()).isEqualTo(3.5f);
        assertThat(buffer.readDoubleLE()).isEqualTo(4.75);
        assertThat(buffer.isReadable()).isFalse();
        buffer.release();
    }

    @Test
    @SuppressWarnings("deprecation") // as long as Netty has it
    default void aViewOfTheOtherOrderSwapsTheBytes() {
        ByteBuf buffer = buffer(16);
        assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        ByteBuf swapped = buffer.order(ByteOrder.LITTLE_ENDIAN);
        swapped.setInt(0, 0x01020304).setLong(4, 0x0102030405060708L);
        assertThat(buffer.getInt(0)).isEqualTo(0x04030201);
        assertThat(buffer.getLong(4)).isEqualTo(0x0807060504030201L);
        assertThat(swapped.order(ByteOrder.BIG_ENDIAN).getLong(4)).isEqualTo(0x0807060504030201L);
        buffer.release();
    }

    @Test
    default void zerosAndTextAreWritten() {
        ByteBuf buffer = buffer(64);
        buffer.writeBytes(BufferSource.pattern(64)).setZero(3, 21);
        assertThat(buffer.getByte(2)).isNotZero();
        for (int i = 3; i < 24; i++) {
            assertThat(buffer.getByte(i)).isZero();
        }
        assertThat(buffer.getByte(24)).isNotZero();
        buffer.clear().writeCharSequence("grüß", StandardCharsets.UTF_8);
        assertThat(buffer.writerIndex()).isEqualTo(6);
        assertThat(buffer.toString(StandardCharsets.UTF_8)).isEqualTo("grüß");
        assertThat(buffer.readCharSequence(6, StandardCharsets.UTF_8)).hasToString("grüß");
        buffer.writeZero(9);
        assertThat(buffer.readableBytes()).isEqualTo(9);
        buffer.release();
    }

    @Test
    default void bytesAreFoundFromEitherEnd() {
        ByteBuf buffer = buffer(20);
        buffer.writeBytes(new byte[] {1, 2, 3, 2, 1, 0, 7});
        assertThat(buffer.indexOf(0, 7, (byte) 2)).isEqualTo(1);
        assertThat(buffer.indexOf(7, 0, (byte) 2)).isEqualTo(3);
        assertThat(buffer.indexOf(0, 7, (byte) 9)).isEqualTo(-1);
        assertThat(buffer.bytesBefore((byte) 0)).isEqualTo(5);
        assertThat(buffer.bytesBefore(2, 3, (byte) 1)).isEqualTo(2);
        assertThat(buffer.forEachByte(value -> value != 3)).isEqualTo(2);
        assertThat(buffer.forEachByte(3, 4, value -> true)).isEqualTo(-1);
        assertThat(buffer.forEachByteDesc(value -> value != 2)).isEqualTo(3);
        assertThat(buffer.forEachByteDesc(0, 3, value -> value != 2)).isEqualTo(1);
        buffer.release();
    }

    @Test
    default void equalBytesMakeEqualBuffers() {
        ByteBuf one = buffer(20).writeBytes(BufferSource.pattern(17));
        ByteBuf other = allocator().heapBuffer(40).writeByte(0).writeBytes(BufferSource.pattern(17));
        other.readByte();
        assertThat(one.equals(other)).isTrue();
        assertThat(other.equals(one)).isTrue();
        assertThat(one.hashCode()).isEqualTo(other.hashCode());
        assertThat(one.compareTo(other)).isZero();
        other.setByte(17, other.getByte(17) + 1);
        assertThat(one.equals(other)).isFalse();
        assertThat(one.compareTo(other)).isNegative();
        assertThat(other.compareTo(one)).isPositive();
        one.writerIndex(16);
        assertThat(one.equals(other)).isFalse();
        one.release();
        other.release();
    }

    @Test
    default void aReleasedBufferRefusesEveryAccess() {
        ByteBuf buffer = buffer(16).writeLong(1);
        ByteBuf view = buffer.slice(0, 8);
        assertThat(buffer.release()).isTrue();
        assertThat(buffer.refCnt()).isZero();
        List<ThrowingCallable> accesses = List.of(
                () -> buffer.getByte(0),
                () -> buffer.getLongLE(0),
                () -> buffer.setInt(0, 1),
                () -> buffer.readByte(),
                () -> buffer.writeByte(1),
                () -> buffer.getBytes(0, new byte[4]),
                () -> buffer.setBytes(0, new byte[4]),
                () -> buffer.nioBuffer(0, 8),
                () -> buffer.internalNioBuffer(0, 8),
                () -> buffer.nioBuffers(0, 8),
                () -> buffer.copy(0, 8),
                () -> buffer.capacity(32),
                () -> buffer.ensureWritable(100),
                () -> buffer.forEachByte(_ -> true),
                () -> view.getByte(0),
                () -> buffer.retain(),
                () -> buffer.release());
        for (ThrowingCallable access : accesses) {
            assertThatThrownBy(access).isInstanceOf(IllegalReferenceCountException.class);
        }
    }
}
