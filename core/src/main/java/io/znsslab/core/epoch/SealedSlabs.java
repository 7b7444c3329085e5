package io.znsslab.core.epoch;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.FrameTable;

/**
 * Slabs of closed epochs: their free slots are in {@code remote} alone, and whoever completes it ends the slab.
 *
 * <p>Thread-safe. The state word decides: of all who find a sealed slab empty, or dead, one changes it and ends the
 * slab.
 */
public final class SealedSlabs {
    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final FrameTable table;
    private final Registry registry;
    private final FrameRecycler recycler;
    private final ClosedEpochs epochs;
    private final BackingImages images;

    /** Puts the parts together. */
    public SealedSlabs(
            SlabArena arena,
            FrameTable table,
            Registry registry,
            FrameRecycler recycler,
            ClosedEpochs epochs,
            BackingImages images) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.table = table;
        this.registry = registry;
        this.recycler = recycler;
        this.epochs = epochs;
        this.images = images;
    }

    /** A slot of a sealed slab was freed and its bit added: ends the slab if that was its last. */
    public void noteFree(int frame) {
        if (endIfEmpty(frame)) {
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
     * the word was seen. What the caller found out about the slab after it saw the word, it found out about this one.
     * The frame is the caller's then, after a grace period unless the slab was empty.
     */
    public boolean end(int frame, long seen) {
        if (!table.casState(frame, seen, FrameTable.withState(seen, FrameTable.FREE))) {
            return false;
        }
        giveUpId(frame, BackingImages.isKept(seen));
        return true;
    }

    /** Makes the slab's handles stale and its frame one without a slab; its image, if it has one, is released. */
    private void giveUpId(int frame, boolean promoted) {
        long epoch = table.epoch(frame);
        long id = table.slabId(frame);
        registry.refuse(id, table.lastGeneration(frame));
        // before the epoch drains: then the id may get another slab
        long image = promoted ? images.take(id) : BackingImages.NONE;
        table.setIdentity(frame, Registry.NO_ID, 0);
        epochs.slabEnded(epoch);
        if (image != BackingImages.NONE) {
            images.release(id, image);
        }
    }

    /** Whether no slot of the sealed slab holds a live object. */
    public boolean isEmpty(int frame) {
        int sizeClass = arena.classOf(frame);
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
     * slots' own lines are not touched. An object whose free is under way may still count.
     *
     * @return how many do
     */
    public int liveSlotsOfSealed(int frame, long[] into) {
        int sizeClass = arena.classOf(frame);
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
