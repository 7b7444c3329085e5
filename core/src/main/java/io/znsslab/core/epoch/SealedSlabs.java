package io.znsslab.core.epoch;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.GracePeriod;
import io.znsslab.core.slab.PackedObjects;
import io.znsslab.core.slab.SlabTransitions;

/**
 * Slabs of closed epochs: their free slots are in {@code remote} alone, and the free that completes that word, or that
 * count of a packed slab, ends the slab. This class takes the transition, and does with it what the slab's end or
 * departure means to its epoch, its image and its live bits.
 *
 * <p>Thread-safe: {@link SlabTransitions} decides between the threads that find a slab empty, or dead.
 */
public final class SealedSlabs {
    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final SlabTransitions transitions;
    private final FrameTable table;
    private final Registry registry;
    private final FrameRecycler recycler;
    private final ClosedEpochs epochs;
    private final BackingImages images;
    private final PackedObjects packed;
    private final GracePeriod grace;

    public SealedSlabs(
            PackedObjects packed,
            SlabTransitions transitions,
            GracePeriod grace,
            FrameRecycler recycler,
            ClosedEpochs epochs,
            BackingImages images) {
        this.packed = packed;
        this.grace = grace;
        this.arena = packed.arena();
        this.geometry = arena.geometry();
        this.transitions = transitions;
        this.table = transitions.table();
        this.registry = transitions.registry();
        this.recycler = recycler;
        this.epochs = epochs;
        this.images = images;
    }

    /** Whether the frame is one of packed slabs. */
    boolean isPacked(int frame) {
        return arena.classOf(frame) == geometry.packedClass();
    }

    /**
     * A slot of a sealed slab was freed and its bit added, or counted: ends the slab if that was its last.
     *
     * @return the frame of a packed slab that has ended, for {@link #releaseAfterReaders} once the caller is in no
     *     section; else none
     */
    public int noteFree(int frame) {
        if (!endIfEmpty(frame)) {
            return SlabArena.NO_FRAME;
        }
        if (isPacked(frame)) {
            return frame;
        }
        recycler.release(null, new int[] {frame}, 1);
        return SlabArena.NO_FRAME;
    }

    /**
     * Releases the frame of a packed slab that has ended, if there is one. Waits for the readers that found the slab
     * before: where it had a header may be payload in the frame's next use. The caller is in no section.
     */
    public void releaseAfterReaders(int frame) {
        if (frame != SlabArena.NO_FRAME) {
            grace.awaitReaders();
            recycler.release(null, new int[] {frame}, 1);
        }
    }

    /** Ends the slab if it is sealed and empty; the frame is the caller's then. */
    boolean endIfEmpty(int frame) {
        long seen = table.lvState(frame);
        return FrameTable.state(seen) == FrameTable.SEALED && isEmpty(frame) && end(frame, seen);
    }

    /**
     * Ends the sealed slab of that state word, whatever it holds; false if it was ended, or claimed for demotion, since
     * the word was seen. So what the caller found out about the slab after it saw the word is true of the slab that
     * ends. The frame is the caller's then, after a grace period unless the slab was empty.
     */
    public boolean end(int frame, long seen) {
        long epoch = table.lopEpoch(frame);
        long id = table.lopSlabId(frame);
        if (!transitions.end(frame, seen)) {
            return false;
        }
        ended(id, epoch, FrameTable.isPromoted(seen));
        return true;
    }

    /** Ends a slab that is being demoted, whose word the caller has turned to "moving"; its frame is the demotion's. */
    public void endDemoting(long id, int frame, ClosedEpoch epoch) {
        boolean promoted = FrameTable.isPromoted(table.lvState(frame));
        transitions.endDemoting(id, epoch.maxGeneration());
        ended(id, epoch.number(), promoted);
    }

    private void ended(long id, long epoch, boolean promoted) {
        // before the epoch drains: then the id may get another slab
        long image = promoted ? images.take(id) : BackingImages.NONE;
        epochs.slabEnded(epoch);
        if (image != BackingImages.NONE) {
            images.release(id, image);
        }
    }

    /**
     * Has a slab leave its frame, whose word is "moving" and whose readers were waited for: it turns cold at that
     * location, or ends if nothing is live in it. Needs no memory.
     *
     * @param live room for the slab's bitmap
     * @return whether it turned cold; else the image at the location is of no use
     */
    public boolean leaveFrame(long id, int frame, ClosedEpoch epoch, long location, long[] live) {
        if (liveSlotsOfSealed(frame, live) == 0) {
            transitions.endMoving(id, frame);
            epochs.slabEnded(epoch.number());
            return false;
        }
        boolean oneGeneration = FrameTable.isPromoted(table.lopState(frame))
                ? registry.lpColdHasOneGeneration(id)
                : Registry.baseGeneration(registry.laWord(id)) == table.lopLastGeneration(frame);
        for (int word = 0; word < geometry.bitmapWords(arena.classOf(frame)); word++) {
            registry.svColdBits(id, word, live[word]);
        }
        registry.spColdEpoch(id, epoch.index(), oneGeneration);
        transitions.turnCold(id, frame, location);
        return true;
    }

    /** Ends the slab of that cold word, whatever it holds; false if the word has changed. */
    public boolean endCold(long id, long seen, ClosedEpoch epoch) {
        if (!transitions.endCold(id, seen, epoch.maxGeneration())) {
            return false;
        }
        epochs.slabEnded(epoch.number());
        images.release(id, Registry.location(seen));
        return true;
    }

    /**
     * Ends a cold slab in which nothing is live, also if it was relocated since its word was seen. One that is being
     * promoted ends when it has arrived.
     */
    public void endColdIfEmpty(long id) {
        boolean ended = false;
        for (long word = registry.laWord(id);
                !ended && Registry.state(word) == Registry.COLD && registry.coldIsEmpty(id, word);
                word = registry.laWord(id)) {
            ended = endCold(id, word, epochs.byIndex(registry.lpColdEpochIndex(id)));
        }
    }

    /** Whether no slot of the sealed slab holds a live object. */
    public boolean isEmpty(int frame) {
        int sizeClass = arena.classOf(frame);
        if (sizeClass == geometry.packedClass()) {
            return table.lvRemote(frame, 0) == geometry.slots(sizeClass);
        }
        for (int word = 0; word < table.bitmapWords(); word++) {
            long slots = geometry.slotMask(sizeClass, word);
            if ((table.lvRemote(frame, word) & slots) != slots) {
                return false;
            }
        }
        return true;
    }

    /**
     * Which slots of a sealed slab, or one that is being demoted, hold live objects, by the one line of metadata: the
     * slots' own lines are touched in packed slabs only. An object that is being freed may still count.
     *
     * @return how many do
     */
    public int liveSlotsOfSealed(int frame, long[] into) {
        int sizeClass = arena.classOf(frame);
        if (sizeClass == geometry.packedClass()) {
            return packed.liveObjects(frame, into);
        }
        int live = 0;
        for (int word = 0; word < table.bitmapWords(); word++) {
            into[word] = geometry.slotMask(sizeClass, word) & ~table.lvRemote(frame, word);
            live += Long.bitCount(into[word]);
        }
        return live;
    }

    /**
     * Reads from the slots' headers which hold live objects of the slab of that id and base generation.
     *
     * @return how many do
     */
    public int liveSlots(int frame, long id, int base, HandleLayout layout, long[] into) {
        int sizeClass = arena.classOf(frame);
        if (sizeClass == geometry.packedClass()) {
            return packed.liveObjects(frame, into);
        }
        int live = 0;
        for (int word = 0; word < table.bitmapWords(); word++) {
            into[word] = 0;
        }
        for (int slot = 0; slot < geometry.slots(sizeClass); slot++) {
            long header = arena.words().la(arena.offset(frame) + geometry.slotOffset(sizeClass, slot));
            if (HandleLayout.isLive(header) && layout.slabId(header) == id && layout.generation(header) >= base) {
                into[slot >>> 6] |= 1L << slot;
                live++;
            }
        }
        return live;
    }
}
