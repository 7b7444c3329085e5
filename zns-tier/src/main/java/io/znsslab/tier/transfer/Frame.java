package io.znsslab.tier.transfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Room for a frame, which is used for one frame after the other: 24 bytes that each begins with, as drawn in the
 * package's description, and its content. For one thread.
 */
final class Frame {
    static final int HEADER_BYTES = 24;
    static final int VERSION = 2;
    /** The version whose epochs never expire, which is read as well. */
    static final int VERSION_BEFORE = 1;

    static final byte HEADER = 1;
    static final byte EPOCH = 2;
    static final byte SLAB = 3;
    static final byte END = 4;

    /** No frame is longer: a slab of 64 KiB with 256 objects. */
    static final int MOST_CONTENT_BYTES = 1 << 17;

    /** Bytes at the start of each slab that hold no object. */
    static final int SLAB_HEADER_BYTES = 64;

    static final int OBJECT_BYTES = 12;
    static final int SLAB_BYTES = 16;
    static final int EPOCH_BYTES = 40;
    static final int END_BYTES = 24;

    private static final int MAGIC = 0x4658535A;
    private static final int KIND_OFFSET = 4;
    private static final int LENGTH_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int SEQUENCE_OFFSET = 16;

    private final byte[] bytes = new byte[HEADER_BYTES + MOST_CONTENT_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    /** The bytes of the frame, header and all. */
    byte[] bytes() {
        return bytes;
    }

    /** Begins a frame: its content is put into the buffer that this returns. */
    ByteBuffer begin() {
        return view.clear().position(HEADER_BYTES);
    }

    /** Completes a frame whose content ends at the buffer's position. Returns its bytes, header and all. */
    int seal(byte kind, long sequence) {
        int length = view.position() - HEADER_BYTES;
        view.putInt(0, MAGIC);
        view.putInt(KIND_OFFSET, kind);
        view.putInt(LENGTH_OFFSET, length);
        view.putLong(SEQUENCE_OFFSET, sequence);
        view.putInt(CRC_OFFSET, checksum(length));
        return view.position();
    }

    /** Whether the header that was read is one. */
    boolean isFrame() {
        int length = length();
        return view.getInt(0) == MAGIC && length >= 0 && length <= MOST_CONTENT_BYTES;
    }

    byte kind() {
        return view.get(KIND_OFFSET);
    }

    /** Bytes of the content. */
    int length() {
        view.clear();
        return view.getInt(LENGTH_OFFSET);
    }

    /** Whether the frame was not changed, and is that one in the order of all. */
    boolean isSound(long sequence) {
        return view.getLong(SEQUENCE_OFFSET) == sequence && view.getInt(CRC_OFFSET) == checksum(length());
    }

    /** The content of a frame that was read. */
    ByteBuffer content() {
        int length = length();
        return view.limit(HEADER_BYTES + length).position(HEADER_BYTES);
    }

    private int checksum(int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(bytes, SEQUENCE_OFFSET, HEADER_BYTES - SEQUENCE_OFFSET + length);
        return (int) crc.getValue();
    }
}
