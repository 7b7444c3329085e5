package io.znsslab.core;

import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.Registry;

/** The allocator as its cold tier sees it. Thread-safe. */
final class SlabsForTier implements ColdSlabs {
    private final SlabGeometry geometry;
    private final Registry registry;
    private final ColdSide cold;
    private final long ids;

    SlabsForTier(Internals internals, ColdSide cold) {
        this.geometry = internals.geometry;
        this.registry = internals.registry;
        this.cold = cold;
        this.ids = internals.layout.ids();
    }

    @Override
    public int slabBytes() {
        return geometry.slabBytes();
    }

    @Override
    public int headerBytes() {
        return SlabGeometry.SLAB_HEADER_BYTES;
    }

    @Override
    public int sizeClasses() {
        return geometry.classes();
    }

    @Override
    public int slotBytes(int sizeClass) {
        return geometry.slotBytes(sizeClass);
    }

    @Override
    public int slots(int sizeClass) {
        return geometry.slots(sizeClass);
    }

    @Override
    public boolean isCold(long slabId, long location) {
        return isAt(word(slabId), location);
    }

    @Override
    public int coldLiveSlots(long slabId, long[] into) {
        int count = 0;
        for (int bitmapWord = 0; bitmapWord < geometry.bitmapWords(); bitmapWord++) {
            into[bitmapWord] = registry.coldBits(slabId, bitmapWord);
            count += Long.bitCount(into[bitmapWord]);
        }
        return count;
    }

    @Override
    public boolean relocated(long slabId, long from, long to) {
        long word = word(slabId);
        if (!isAt(word, from)) {
            return false;
        }
        long moved = Registry.word(Registry.baseGeneration(word), Registry.COLD, Registry.sizeClass(word), to);
        if (!registry.change(slabId, word, moved)) {
            return false;
        }
        // A last free that saw the old word could not end the slab, and left it to whoever changed the word.
        cold.endIfEmpty(slabId, moved);
        return true;
    }

    /** 0, the word of no slab, for what isn't an id: the table is not looked at beyond its end. */
    private long word(long slabId) {
        return slabId > Registry.NO_ID && slabId < ids ? registry.word(slabId) : 0;
    }

    private static boolean isAt(long word, long location) {
        return Registry.state(word) == Registry.COLD && Registry.location(word) == location;
    }
}
