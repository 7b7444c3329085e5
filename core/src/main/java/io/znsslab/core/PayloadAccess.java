package io.znsslab.core;

import io.znsslab.bindings.words.KnownBits;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.registry.SizeClassTable;
import io.znsslab.core.slab.PackedObjects;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.store.SlabStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of an object's payload by handle and offset: as {@link MemorySegment#get} and
 * {@link MemorySegment#set} on what {@link SlabAllocator#resolve} answers, without making a segment. Values are in
 * native byte order and need not be aligned. The payload of an object in a size class is as long as its class's, that
 * of a packed one as long as was asked for.
 *
 * <p>For all these methods: a cold object is promoted first, for which the calling thread waits. A stale handle, or
 * what never was one, is answered by a {@link StaleHandleException}, an offset that is negative or leaves less than the
 * value's bytes by an {@link IndexOutOfBoundsException}; then nothing was read or written. As with a segment from
 * {@link SlabAllocator#resolve}, a value is the object's if no thread frees the object, or discards or demotes its
 * epoch, at the same time.
 *
 * <p>Thread-safe in that sense; values of up to 8 bytes that are aligned are read and written whole.
 */
public abstract sealed class PayloadAccess permits SlabAllocator {
    final HandleLayout layout;
    final Registry registry;
    final long registryBase;
    final long entryMask;
    final long factsBase;
    final long memory;
    final long memoryBase;
    final MemorySegment segment;
    final int locationShift;
    final PackedObjects packed;
    final long secret;
    volatile boolean closed;

    PayloadAccess(SlabStore store) {
        this.layout = store.layout;
        this.registry = store.registry;
        this.registryBase = registry.base();
        this.entryMask = registry.entryMask();
        this.factsBase = store.facts.base();
        this.memory = store.arena.words().address();
        this.memoryBase = NativeWords.base(memory);
        this.segment = store.arena.memory();
        this.locationShift = KnownBits.shift(store.geometry.slabShift());
        this.packed = store.packed;
        this.secret = packed.secret();
    }

    /** The payload of an object, promoted if need be; null if the handle is stale. */
    public abstract @Nullable MemorySegment resolve(long handle);

    // The fast paths take fields into variables: what follows an acquiring load would have to load them again.

    /**
     * Whether there is a header to compare the handle with: the slab is resident and has such a slot, and the handle is
     * not from before its base. A header that equals the handle then says the rest, version and class; a free tag,
     * which no handle may be, has another version.
     */
    static boolean mayBeInSlot(HandleLayout layout, long word, long facts, int slot, long handle) {
        return slot < SizeClassTable.slots(facts) && layout.isSince(word, handle) && HandleLayout.isLive(handle);
    }

    /** The same for a slab of either kind: a packed one has granules for slots. */
    static boolean mayBeInSlabOfAnyKind(HandleLayout layout, long word, long facts, int slot, long handle) {
        return slot < SizeClassTable.slotsOfAnyKind(facts)
                && layout.isSince(word, handle)
                && HandleLayout.isLive(handle);
    }

    /** Byte offset in the arena of a slot, or of a granule in a packed slab. */
    final long slotOffset(long word, long facts, int slot) {
        return KnownBits.shifted(Registry.location(word), locationShift)
                + SlabGeometry.SLAB_HEADER_BYTES
                + slot * SizeClassTable.slotBytes(facts);
    }

    /**
     * Byte offset in the arena of so many bytes of the object's payload. Objects of both kinds of slabs are found by
     * the same steps, up to their header.
     */
    private long at(long handle, long offset, int bytes) {
        HandleLayout layout = this.layout;
        long base = memoryBase;
        long word = Registry.laWordAt(registryBase, layout.slabId(handle) & entryMask);
        long facts = SizeClassTable.of(factsBase, word);
        int slot = layout.slot(handle);
        if (mayBeInSlabOfAnyKind(layout, word, facts, slot, handle)) {
            long object = slotOffset(word, facts, slot);
            if (NativeWords.getAcquireAt(base, object) == handle && !closed) {
                if (!SizeClassTable.isPacked(facts)) {
                    requireWithin(offset, bytes, SizeClassTable.payloadBytes(facts));
                    return object + SlabGeometry.SLOT_HEADER_BYTES + offset;
                }
                long note = NativeWords.getAt(base, object + SlabGeometry.SLOT_HEADER_BYTES);
                if (PackedObjects.isSealed(handle, note, secret)) {
                    requireWithin(offset, bytes, PackedObjects.payloadBytes(note));
                    return object + PackedObjects.payloadOffset(note) + offset;
                }
            }
        }
        return atElsewhere(handle, offset, bytes);
    }

    private long atElsewhere(long handle, long offset, int bytes) {
        StackReserve.forShortPath();
        MemorySegment payload = resolve(handle);
        if (payload == null) {
            throw new StaleHandleException(handle);
        }
        requireWithin(offset, bytes, payload.byteSize());
        return payload.address() - segment.address() + offset;
    }

    private static void requireWithin(long offset, long bytes, long payloadBytes) {
        if ((offset | (payloadBytes - bytes - offset)) < 0) {
            throw new IndexOutOfBoundsException("offset %d: %d bytes there must lie within the payload of %d bytes"
                    .formatted(offset, bytes, payloadBytes));
        }
    }

    /** Reads a {@code byte} of an object's payload. */
    public final byte getByte(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, at(handle, offset, Byte.BYTES));
    }

    /** Writes a {@code byte} to an object's payload. */
    public final void setByte(long handle, long offset, byte value) {
        segment.set(ValueLayout.JAVA_BYTE, at(handle, offset, Byte.BYTES), value);
    }

    /** Reads a {@code short} of an object's payload. */
    public final short getShort(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at(handle, offset, Short.BYTES));
    }

    /** Writes a {@code short} to an object's payload. */
    public final void setShort(long handle, long offset, short value) {
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at(handle, offset, Short.BYTES), value);
    }

    /** Reads a {@code char} of an object's payload. */
    public final char getChar(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_CHAR_UNALIGNED, at(handle, offset, Character.BYTES));
    }

    /** Writes a {@code char} to an object's payload. */
    public final void setChar(long handle, long offset, char value) {
        segment.set(ValueLayout.JAVA_CHAR_UNALIGNED, at(handle, offset, Character.BYTES), value);
    }

    /** Reads an {@code int} of an object's payload. */
    public final int getInt(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_INT_UNALIGNED, at(handle, offset, Integer.BYTES));
    }

    /** Writes an {@code int} to an object's payload. */
    public final void setInt(long handle, long offset, int value) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, at(handle, offset, Integer.BYTES), value);
    }

    /** Reads a {@code float} of an object's payload. */
    public final float getFloat(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at(handle, offset, Float.BYTES));
    }

    /** Writes a {@code float} to an object's payload. */
    public final void setFloat(long handle, long offset, float value) {
        segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at(handle, offset, Float.BYTES), value);
    }

    /** Reads a {@code long} of an object's payload. */
    public final long getLong(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at(handle, offset, Long.BYTES));
    }

    /** Writes a {@code long} to an object's payload. */
    public final void setLong(long handle, long offset, long value) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at(handle, offset, Long.BYTES), value);
    }

    /** Reads a {@code double} of an object's payload. */
    public final double getDouble(long handle, long offset) {
        return segment.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at(handle, offset, Double.BYTES));
    }

    /** Writes a {@code double} to an object's payload. */
    public final void setDouble(long handle, long offset, double value) {
        segment.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at(handle, offset, Double.BYTES), value);
    }

    /**
     * Bytes of an object's payload as a segment, which is good as long as one from {@link SlabAllocator#resolve}.
     *
     * @param bytes of the segment, 0 or more
     */
    public final MemorySegment slice(long handle, long offset, int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("%d bytes of a payload: must be 0 or more".formatted(bytes));
        }
        return segment.asSlice(at(handle, offset, bytes), bytes);
    }

    /** Copies as many bytes of an object's payload as the destination has room for, which all must be there. */
    public final void getBytes(long handle, long offset, MemorySegment destination) {
        int bytes = length(Arguments.requireWritable(destination, "destination"));
        MemorySegment.copy(segment, at(handle, offset, bytes), destination, 0, bytes);
    }

    /** Copies the source into an object's payload, for which there must be room. */
    public final void setBytes(long handle, long offset, MemorySegment source) {
        int bytes = length(Arguments.requireNonNull(source, "source"));
        MemorySegment.copy(source, 0, segment, at(handle, offset, bytes), bytes);
    }

    /**
     * Copies bytes of an object's payload to an array.
     *
     * @param from index of the first byte in the array
     * @param length how many bytes
     */
    public final void getBytes(long handle, long offset, byte[] destination, int from, int length) {
        Objects.checkFromIndexSize(from, length, Arguments.requireNonNull(destination, "destination").length);
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at(handle, offset, length), destination, from, length);
    }

    /**
     * Copies bytes of an array into an object's payload.
     *
     * @param from index of the first byte in the array
     * @param length how many bytes
     */
    public final void setBytes(long handle, long offset, byte[] source, int from, int length) {
        Objects.checkFromIndexSize(from, length, Arguments.requireNonNull(source, "source").length);
        MemorySegment.copy(source, from, segment, ValueLayout.JAVA_BYTE, at(handle, offset, length), length);
    }

    /** No payload is as long as the longest answer. */
    private static int length(MemorySegment bytes) {
        return (int) Math.min(bytes.byteSize(), Integer.MAX_VALUE);
    }
}
