package io.znsslab.tier.transfer;

import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.ColdEpoch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads an export frame by frame, and refuses what is damaged. For one thread. */
final class ExportReader {
    private final InputStream from;
    private final Frame buffer = new Frame();
    /** The content of the frame that was read last. */
    private ByteBuffer frame = ByteBuffer.allocate(0);

    private final ExportHeader header;
    private int version;
    private long sequence;
    private long bytes;
    private long epochs;
    private long slabs;
    private long objects;
    private boolean ended;

    /** An epoch of an export. */
    record Epoch(long number, long openedMillis, long slabs, Lifetime lifetime, long expiresMillis, String label) {}

    /** An object in a slab of an export, and where its payload is in the slab. */
    record Placed(long handle, int slot, int payloadOffset, int payloadBytes) {}

    /** A slab of an export; its bytes are in the frame, at {@code bytesAt}. */
    record Slab(long id, int baseGeneration, int sizeClass, List<Placed> objects, int bytesAt) {}

    /** Receives what an export holds, in its order. */
    interface Contents {
        void epoch(Epoch epoch);

        void slab(Slab slab, byte[] frame);
    }

    /** Reads the header. */
    ExportReader(InputStream from) throws IOException {
        this.from = from;
        if (next() != Frame.HEADER) {
            throw refusal("it begins with no header");
        }
        header = readHeader();
    }

    ExportHeader header() {
        return header;
    }

    private static DamagedExportException refusal(String reason) {
        return new DamagedExportException("the stream is no sound export of a store: " + reason);
    }

    /** Reads the next frame; returns its kind. */
    private byte next() throws IOException {
        int got = from.readNBytes(buffer.bytes(), 0, Frame.HEADER_BYTES);
        if (got < Frame.HEADER_BYTES) {
            throw refusal("it ends after " + (bytes + got) + " bytes, without an end frame");
        }
        if (!buffer.isFrame()) {
            throw refusal("no frame begins at byte " + bytes);
        }
        int length = buffer.length();
        got = from.readNBytes(buffer.bytes(), Frame.HEADER_BYTES, length);
        if (got < length) {
            throw refusal("it ends after " + (bytes + Frame.HEADER_BYTES + got) + " bytes, within a frame");
        }
        if (!buffer.isSound(sequence)) {
            throw refusal("the frame at byte " + bytes + " is damaged, or another one is missing before it");
        }
        sequence++;
        bytes += Frame.HEADER_BYTES + (long) length;
        frame = buffer.content();
        return buffer.kind();
    }

    private void require(boolean makesSense) {
        if (!makesSense) {
            throw refusal("the frame before byte " + bytes + " makes no sense");
        }
    }

    private ExportHeader readHeader() {
        require(frame.remaining() >= 4 * Integer.BYTES);
        version = frame.getInt();
        if (version != Frame.VERSION && version != Frame.VERSION_BEFORE) {
            throw refusal("it is of version " + version + ", and this release reads versions " + Frame.VERSION_BEFORE
                    + " and " + Frame.VERSION);
        }
        int handles = frame.getInt();
        int slabBytes = frame.getInt();
        int classes = frame.getInt();
        require(handles == 1 || handles == 2);
        require(slabBytes >= 4096 && slabBytes <= 65536 && Integer.bitCount(slabBytes) == 1);
        require(classes >= 1 && classes <= 63 && frame.remaining() == classes * Integer.BYTES + 5 * Long.BYTES);
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            int bytesOfSlot = frame.getInt();
            require(bytesOfSlot > Long.BYTES && bytesOfSlot <= slabBytes && bytesOfSlot % Long.BYTES == 0);
            slots.add(bytesOfSlot);
        }
        ExportHeader read = new ExportHeader(
                handles == 1 ? HandleFormat.COMPACT : HandleFormat.WIDE,
                slabBytes,
                slots,
                new UUID(frame.getLong(), frame.getLong()),
                Instant.ofEpochSecond(frame.getLong()),
                frame.getLong(),
                frame.getLong());
        require(read.slabIdsBelow() >= 1 && read.slabIdsBelow() <= 1L << 30);
        require(read.epochsBelow() >= 0 && read.epochsBelow() <= 1L << 62);
        return read;
    }

    /** Passes on all epochs and slabs, and returns once the end was found to be sound. */
    TransferReport read(Contents receiver) throws IOException {
        Epoch epoch = null;
        while (!ended) {
            switch (next()) {
                case Frame.EPOCH -> {
                    epoch = readEpoch();
                    epochs++;
                    receiver.epoch(epoch);
                }
                case Frame.SLAB -> {
                    require(epoch != null);
                    Slab slab = readSlab();
                    slabs++;
                    objects += slab.objects().size();
                    receiver.slab(slab, buffer.bytes());
                }
                case Frame.END -> {
                    require(frame.remaining() == Frame.END_BYTES
                            && frame.getLong() == epochs
                            && frame.getLong() == slabs
                            && frame.getLong() == objects);
                    ended = true;
                }
                default -> require(false);
            }
        }
        return new TransferReport(epochs, slabs, objects, bytes, 0, 0);
    }

    private Epoch readEpoch() {
        boolean saysExpiry = version != Frame.VERSION_BEFORE;
        require(frame.remaining() >= Frame.EPOCH_BYTES - (saysExpiry ? 0 : Long.BYTES));
        long number = frame.getLong();
        long opened = frame.getLong();
        long count = frame.getLong();
        int lifetime = frame.getInt();
        long expires = saysExpiry ? frame.getLong() : ColdEpoch.NO_EXPIRY;
        byte[] label = new byte[Math.clamp(frame.getInt(), 0, Frame.MOST_CONTENT_BYTES)];
        require(lifetime >= 0 && lifetime <= 3 && frame.remaining() == label.length);
        require(number >= 0 && number < header.epochsBelow());
        frame.get(label);
        return new Epoch(
                number, opened, count, Lifetime.of(lifetime), expires, new String(label, StandardCharsets.UTF_8));
    }

    private int slotOffset(int sizeClass, int slot) {
        int packed = header.slotBytes().size();
        int slotBytes = sizeClass == packed
                ? header.slabBytes() / 256
                : header.slotBytes().get(sizeClass);
        return Frame.SLAB_HEADER_BYTES + slot * slotBytes;
    }

    private Slab readSlab() {
        require(frame.remaining() >= Frame.SLAB_BYTES);
        long id = Integer.toUnsignedLong(frame.getInt());
        int base = frame.getInt();
        int sizeClass = frame.getInt();
        int count = frame.getInt();
        require(id >= 1 && id < header.slabIdsBelow() && base >= 0 && base < 1 << 24);
        require(sizeClass >= 0 && sizeClass <= header.slotBytes().size() && count >= 1 && count <= 256);
        require(frame.remaining() == count * Frame.OBJECT_BYTES + header.slabBytes());
        int bytesAt = frame.position() + count * Frame.OBJECT_BYTES;
        List<Placed> placed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int slot = frame.getInt();
            int payloadOffset = frame.getInt();
            int payloadBytes = frame.getInt();
            require(slot >= 0 && slot < 256 && slotOffset(sizeClass, slot) + Long.BYTES <= header.slabBytes());
            require(payloadOffset >= 0
                    && payloadBytes >= 0
                    && (long) payloadOffset + payloadBytes <= header.slabBytes());
            long handle = frame.getLong(bytesAt + slotOffset(sizeClass, slot));
            require(isHandle(handle, id, slot));
            placed.add(new Placed(handle, slot, payloadOffset, payloadBytes));
        }
        return new Slab(id, base, sizeClass, placed, bytesAt);
    }

    private boolean isHandle(long handle, long slabId, int slot) {
        if (!Handle.isHandle(handle) || (handle & 3) == 3) {
            return false;
        }
        Handle parts = Handle.decode(handle);
        return parts.format() == header.handles() && parts.slabId() == slabId && parts.slot() == slot;
    }
}
