package io.znsslab.core.slab;

import io.znsslab.core.arena.Invariant;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;

/**
 * Checks single slabs: that the registry word, the table's line and the slots' headers tell the same story.
 *
 * <p>Only while nothing else uses the allocator.
 */
public final class SlabInvariants {
    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final FrameTable table;
    private final Registry registry;
    private final HandleLayout layout;
    private final PackedObjects packed;

    public SlabInvariants(PackedObjects packed, FrameTable table, Registry registry, HandleLayout layout) {
        this.packed = packed;
        this.arena = packed.arena();
        this.geometry = arena.geometry();
        this.table = table;
        this.registry = registry;
        this.layout = layout;
    }

    /**
     * Checks that the id's word and the frame's line name each other, and the generations that the slab may have
     * issued.
     */
    public void checkIdentity(int frame) {
        long id = table.lopSlabId(frame);
        long word = registry.laWord(id);
        if (Registry.state(word) != Registry.RESIDENT
                || Registry.location(word) != Integer.toUnsignedLong(frame)
                || Registry.sizeClass(word) != arena.classOf(frame)) {
            throw Invariant.broken("frame %d of class %d has the slab id %d, whose word is %s"
                    .formatted(frame, arena.classOf(frame), id, Registry.describe(word)));
        }
        int base = Registry.baseGeneration(word);
        int last = table.lopLastGeneration(frame);
        boolean inUse = FrameTable.state(table.lvState(frame)) != FrameTable.FREE;
        // A slab in use whose handles were refused goes on with the generation after the last.
        if (inUse ? base > last + 1 : base != last + 1) {
            throw Invariant.broken("%s has issued generations up to %d and admits those from %d"
                    .formatted(describe(frame), last, base));
        }
    }

    /**
     * Checks that each slot of a slab of an open epoch is in exactly one of: live header, claim word, pending, remote.
     */
    void checkOpenSlots(Bin bin, int frame) {
        if (isPacked(frame)) {
            long left = frame == bin.currentFrame() ? bin.unclaimed() : 0;
            checkGranules(frame, left + table.lpPending(frame, 0) + table.lvRemote(frame, 0));
            return;
        }
        for (int word = 0; word < table.bitmapWords(); word++) {
            long live = liveSlots(frame, word);
            long claimable = frame == bin.currentFrame() && word == bin.claimedWord() ? bin.unclaimed() : 0;
            long pending = table.lpPending(frame, word);
            long remote = table.lvRemote(frame, word);
            long once = live ^ claimable ^ pending ^ remote;
            long mask = geometry.slotMask(arena.classOf(frame), word);
            int count = Long.bitCount(live) + Long.bitCount(claimable) + Long.bitCount(pending) + Long.bitCount(remote);
            if (once != mask || count != Long.bitCount(mask)) {
                throw Invariant.broken(
                        ("%s, bitmap word %d: each slot of %x must be once in live %x, claimable %x, pending %x, "
                                        + "remote %x")
                                .formatted(describe(frame), word, mask, live, claimable, pending, remote));
            }
        }
    }

    /** Whether no slot of a slab of an open epoch is in use, as its bits say. */
    boolean isEmpty(int frame) {
        if (isPacked(frame)) {
            return FrameTable.laFreeGranules(table.line(frame)) == geometry.slots(geometry.packedClass());
        }
        for (int word = 0; word < table.bitmapWords(); word++) {
            long mask = geometry.slotMask(arena.classOf(frame), word);
            if ((table.lpPending(frame, word) | table.lvRemote(frame, word)) != mask) {
                return false;
            }
        }
        return true;
    }

    /** Checks that each slot of a slab of a closed epoch is either live or in remote, and that some are live. */
    public void checkSealedSlots(int frame) {
        if (isPacked(frame)) {
            if (checkGranules(frame, table.lvRemote(frame, 0)) == 0) {
                throw Invariant.broken("%s holds no live object and was not ended".formatted(describe(frame)));
            }
            return;
        }
        long anyLive = 0;
        for (int word = 0; word < table.bitmapWords(); word++) {
            long live = liveSlots(frame, word);
            long remote = table.lvRemote(frame, word);
            long mask = geometry.slotMask(arena.classOf(frame), word);
            if ((live ^ remote) != mask || (live & remote) != 0) {
                throw Invariant.broken("%s, bitmap word %d: each slot of %x must be once in live %x, remote %x"
                        .formatted(describe(frame), word, mask, live, remote));
            }
            anyLive |= live;
        }
        if (anyLive == 0) {
            throw Invariant.broken("%s holds no live object and was not ended".formatted(describe(frame)));
        }
    }

    private boolean isPacked(int frame) {
        return arena.classOf(frame) == geometry.packedClass();
    }

    /** Checks that each granule of a packed slab is an object's or free; returns how many objects are live. */
    private int checkGranules(int frame, long free) {
        PackedObjects.Live live = packed.count(frame);
        int slots = geometry.slots(geometry.packedClass());
        if (live.granules() + free != slots) {
            throw Invariant.broken("%s has %d granules in %d live objects and %d free ones: must be %d together"
                    .formatted(describe(frame), live.granules(), live.objects(), free, slots));
        }
        return live.objects();
    }

    /** The slots of a bitmap word whose headers are handles that the slab in the frame has issued since its base. */
    private long liveSlots(int frame, int word) {
        int sizeClass = arena.classOf(frame);
        long id = table.lopSlabId(frame);
        int base = Registry.baseGeneration(registry.laWord(id));
        long live = 0;
        for (int slot = word << 6; slot < Math.min(geometry.slots(sizeClass), (word + 1) << 6); slot++) {
            long header = arena.words().la(arena.offset(frame) + geometry.slotOffset(sizeClass, slot));
            if (!HandleLayout.isLive(header) || layout.slabId(header) != id || layout.generation(header) < base) {
                continue;
            }
            if (!layout.fits(header, sizeClass)
                    || layout.slot(header) != slot
                    || layout.generation(header) > table.lopLastGeneration(frame)) {
                throw Invariant.broken("%s, slot %d has the header %x, which it never issued"
                        .formatted(describe(frame), slot, header));
            }
            live |= 1L << slot;
        }
        return live;
    }

    /** The slab in a frame, for messages. */
    public String describe(int frame) {
        long state = table.lvState(frame);
        return "slab %d of epoch %d in frame %d (state %d, stripe %d, generation %d)"
                .formatted(
                        table.lopSlabId(frame),
                        table.lopEpoch(frame),
                        frame,
                        FrameTable.state(state),
                        FrameTable.stripe(state),
                        table.lopLastGeneration(frame));
    }
}
