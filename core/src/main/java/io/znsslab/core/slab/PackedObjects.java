package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabGeometry.PACKED_HEADER_BYTES;

import io.znsslab.bindings.words.KnownBits;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.registry.SizeClassTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Objects in packed slabs: each takes as many adjacent granules as it needs, one object after the other.
 *
 * <pre>
 *  0        8         16                                   n granules
 *  | header | note    | gap for alignment | payload | rest |
 *
 *  header   the handle, or its free tag
 *  note     63      32 31             16 15            0
 *          |   seal   | payload offset  | payload bytes |     its lower half is the place
 * </pre>
 *
 * <p>The header of the object that begins at a granule has that granule's slot, and the one generation of this use of
 * the slab. So a <em>walk</em> from the first granule finds all objects, and ends where the next header would be
 * neither the handle nor the free tag that belong there: what an earlier use has left has another generation.
 *
 * <p>A granule in the middle of an object holds what the user wrote. The <em>seal</em>, a hash of handle, place and a
 * random number of each allocator, tells it from a header: so a forged handle with such a granule's slot finds no
 * object, and a late reader of a frame that has gone on finds none either, save once in 2<sup>32</sup>. Images carry
 * the seals of the run that wrote them; there the bits of live slots say where objects begin.
 *
 * <p>Immutable. Thread-safe where the caller keeps the slab from ending: by a section, or as its holder.
 */
public final class PackedObjects {
    private static final int NOTE = 8;
    private static final int OFFSET_SHIFT = 16;
    private static final int PART_MASK = 0xffff;
    private static final int SEAL_SHIFT = 32;
    private static final long PLACE_MASK = 0xffff_ffffL;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.nativeOrder());

    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final FrameTable table;
    private final Registry registry;
    private final HandleLayout layout;
    private final long factsBase;
    private final long memory;
    private final int packedClass;
    private final int granuleShift;
    private final int locationShift;
    private final int slots;
    private final long secret;

    /** @param facts the classes' facts, in which packed slabs have no slots that a classed handle could name */
    public PackedObjects(
            SlabArena arena, FrameTable table, Registry registry, HandleLayout layout, SizeClassTable facts) {
        this.registry = registry;
        this.arena = arena;
        this.geometry = arena.geometry();
        this.table = table;
        this.layout = layout;
        this.factsBase = facts.base();
        this.memory = arena.words().address();
        this.packedClass = geometry.packedClass();
        this.granuleShift = geometry.granuleShift();
        this.locationShift = KnownBits.shift(geometry.slabShift());
        this.slots = geometry.slots(packedClass);
        this.secret = new SecureRandom().nextLong();
    }

    /** The arena in which the slabs live. */
    public SlabArena arena() {
        return arena;
    }

    /** The place of a payload in its object. */
    public static int place(int payloadOffset, long payloadBytes) {
        return payloadOffset << OFFSET_SHIFT | (int) payloadBytes;
    }

    /** The note of an object with its payload at that place. */
    long note(long handle, int place) {
        return (long) seal(handle, place) << SEAL_SHIFT | (place & PLACE_MASK);
    }

    private int seal(long handle, int place) {
        return seal(handle, place, secret);
    }

    private static int seal(long handle, int place, long secret) {
        return (int) (((handle ^ secret) * MULTIPLIER) >>> SEAL_SHIFT) ^ place;
    }

    /** What {@link #isSealed} takes. */
    public long secret() {
        return secret;
    }

    /** Whether what follows a header that equals the handle is the note of that object, by the allocator's secret. */
    public static boolean isSealed(long handle, long note, long secret) {
        return (int) (note >>> SEAL_SHIFT) == seal(handle, (int) note, secret);
    }

    /** Bytes from the object's header to its payload. */
    public static int payloadOffset(long note) {
        return (int) note >>> OFFSET_SHIFT;
    }

    /** Bytes of the object's payload. */
    public static int payloadBytes(long note) {
        return (int) note & PART_MASK;
    }

    /** Granules of the object of that note. */
    public int granules(long note) {
        return granules(payloadOffset(note), payloadBytes(note));
    }

    /** Granules of an object with such a payload. */
    int granules(int payloadOffset, int payloadBytes) {
        return (payloadOffset + payloadBytes + (1 << granuleShift) - 1) >>> granuleShift;
    }

    /** Binary logarithm of a granule's bytes. */
    int granuleShift() {
        return granuleShift;
    }

    /** The handle of the object that begins so many granules before the slab's end, given that of the slot there. */
    long handle(long pastTheLast, int left) {
        return pastTheLast - layout.slotBits(left);
    }

    /** Byte offset in the arena of the granule that the handle names, in the slab of that resident word. */
    public long offset(long word, long handle) {
        return KnownBits.shifted(Registry.location(word), locationShift)
                + SlabGeometry.SLAB_HEADER_BYTES
                + ((long) layout.slot(handle) << granuleShift);
    }

    /**
     * The note of the object that the handle names, in the packed slab of that resident word; 0, which no note is, if
     * there is no such object, or not any more.
     */
    public long laNote(long word, long handle) {
        if (layout.slot(handle) >= slots || !layout.isSince(word, handle) || !HandleLayout.isLive(handle)) {
            return 0;
        }
        long object = memory + offset(word, handle);
        // The note was written before the header.
        if (NativeWords.getAcquire(object) != handle) {
            return 0;
        }
        long note = NativeWords.get(object + NOTE);
        return isSealed(handle, note, secret) ? note : 0;
    }

    /** Whether the slab of that registry word is resident and packed. */
    public boolean isResidentPacked(long word) {
        return SizeClassTable.isPacked(SizeClassTable.of(factsBase, word));
    }

    /** The payload of an object that the caller has found, and keeps from going: by a section, or a pin. */
    public MemorySegment payload(long word, long handle) {
        return payload(word, handle, NativeWords.get(memory + offset(word, handle) + NOTE));
    }

    /** The payload of the object of that note. */
    public MemorySegment payload(long word, long handle, long note) {
        return arena.memory().asSlice(offset(word, handle) + payloadOffset(note), payloadBytes(note));
    }

    /** Frees the object, by a compare-and-set on its header; true for the one caller that did. */
    public boolean free(long word, long handle) {
        return NativeWords.compareAndSet(memory + offset(word, handle), handle, HandleLayout.freeTag(handle));
    }

    /**
     * Reads from the objects' headers which are live, at their first granules, in the packed slab that lives in that
     * frame.
     *
     * @param into at least four words
     * @return how many are
     */
    public int liveObjects(int frame, long[] into) {
        Walk walk = new Walk(frame);
        clear(into);
        int live = 0;
        while (walk.next()) {
            if (walk.isLive()) {
                into[walk.slot >>> 6] |= 1L << walk.slot;
                live++;
            }
        }
        return live;
    }

    private static void clear(long[] into) {
        for (int word = 0; word < 4; word++) {
            into[word] = 0;
        }
    }

    /** The live objects in that frame, and what they take. */
    public record Live(int objects, int granules, long payloadBytes) {}

    /** Counts the live objects in that frame. */
    public Live count(int frame) {
        Walk walk = new Walk(frame);
        int objects = 0;
        int granules = 0;
        long bytes = 0;
        while (walk.next()) {
            if (walk.isLive()) {
                objects++;
                granules += walk.granules();
                bytes += payloadBytes(walk.note);
            }
        }
        return new Live(objects, granules, bytes);
    }

    /**
     * Makes an image that was read into a frame, which no other thread knows yet, this allocator's: objects that are
     * not live get their free tags, notes get the seal.
     *
     * @param generation the generation of all its objects
     * @param live the live objects, at their first granules
     * @return granules that are free
     * @throws ZnsSlabException if no object begins where one is live
     */
    public int adopt(int frame, long slabId, int generation, long[] live) {
        Walk walk = new Walk(frame, slabId, generation);
        int free = slots;
        int found = 0;
        while (walk.next()) {
            long object = walk.address();
            NativeWords.set(object + NOTE, note(walk.handle(), (int) walk.note));
            if ((live[walk.slot >>> 6] & 1L << walk.slot) != 0) {
                if (!walk.isLive()) {
                    break;
                }
                free -= walk.granules();
                found++;
            } else {
                NativeWords.set(object, HandleLayout.freeTag(walk.handle()));
            }
        }
        int expected = 0;
        for (int word = 0; word < 4; word++) {
            expected += Long.bitCount(live[word]);
        }
        if (found != expected) {
            throw new ZnsSlabException(
                    "the image of slab %d holds %d of its %d live objects: the cold tier gave back another slab's image"
                            .formatted(slabId, found, expected));
        }
        return free;
    }

    /** Sums up all but the headers, as {@link SlabContents} does. */
    long sum(int frame, long slabId, SlabContents.Sum sum) {
        Walk walk = new Walk(frame, slabId);
        while (walk.next()) {
            long end = walk.address() + ((long) walk.granules() << granuleShift);
            for (long at = walk.address() + NOTE; at < end; at += Long.BYTES) {
                sum.add(NativeWords.get(at));
            }
        }
        return sum.value();
    }

    /**
     * The payload of a live object in an image.
     *
     * @return null if the handle's slot does not hold its object
     * @throws ZnsSlabException if the object's size makes no sense
     */
    public @Nullable MemorySegment payloadIn(MemorySegment image, long handle) {
        long object = geometry.slotOffset(packedClass, layout.slot(handle));
        if (object + PACKED_HEADER_BYTES > image.byteSize() || image.get(WORD, object) != handle) {
            return null;
        }
        long note = image.get(WORD, object + NOTE);
        long from = object + payloadOffset(note);
        if (payloadOffset(note) < PACKED_HEADER_BYTES || from + payloadBytes(note) > image.byteSize()) {
            throw new ZnsSlabException(
                    ("object 0x%x can't be read: its slab's image on the cold tier says that it has %d bytes from"
                                    + " byte %d on, and a slab has %d; the image was damaged before it was written,"
                                    + " or by the tier")
                            .formatted(handle, payloadBytes(note), from, image.byteSize()));
        }
        return image.asSlice(from, payloadBytes(note));
    }

    /** Goes through the objects of a slab in the order of their addresses. */
    private final class Walk {
        private final long slab;
        private final long handles;
        private int slot;
        private int end;
        private long header;
        private long note;

        Walk(int frame) {
            this(frame, table.lopSlabId(frame));
        }

        /** Its base is the generation of all its objects. */
        private Walk(int frame, long slabId) {
            this(frame, slabId, Registry.baseGeneration(registry.laWord(slabId)));
        }

        Walk(int frame, long slabId, int generation) {
            this.slab = memory + arena.offset(frame) + SlabGeometry.SLAB_HEADER_BYTES;
            this.handles = layout.handle(slabId, generation, packedClass);
        }

        boolean next() {
            slot = end;
            if (slot >= slots) {
                return false;
            }
            header = NativeWords.getAcquire(address());
            if (header != handle() && header != HandleLayout.freeTag(handle())) {
                return false;
            }
            note = NativeWords.get(address() + NOTE);
            int granules = granules();
            end = slot + granules;
            return payloadOffset(note) >= PACKED_HEADER_BYTES && end <= slots;
        }

        int granules() {
            return PackedObjects.this.granules(note);
        }

        boolean isLive() {
            return HandleLayout.isLive(header);
        }

        long handle() {
            return handles + layout.slotBits(slot);
        }

        long address() {
            return slab + ((long) slot << granuleShift);
        }
    }
}
