package io.znsslab.core;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.KeptImages;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.SlabTable;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One demotion of a closed epoch's resident slabs.
 *
 * <p>While the tier writes, the slabs stay resident: their objects resolve and are freed in the frames. When the tier hands a slab over, its word turns to "moving", the frees
 * and reads that began before are waited for, the slots that are live now are noted in the registry, and the word turns to "cold". So a free that came after the
 * copy was taken is not lost.
 *
 * <p>Thread-safe.
 */
final class Demotion implements SlabBatch {
    /**
     * How far it came.
     *
     * @param slabs slabs that are cold now, or died on the way
     * @param bytesReturned bytes given back to the operating system
     */
    record Result(int slabs, long bytesReturned) {}

    private static final int HANDED_OVER = SlabArena.NO_FRAME;

    private final Internals internals;
    private final Registry registry;
    private final SlabTable table;
    private final ColdTier tier;
    private final ClosedEpoch epoch;
    private final long[] ids;
    private final int[] frames;
    private final int[] bases;
    private final int[] lasts;
    private final int slabsDropped;
    private final AtomicInteger slabsDone = new AtomicInteger();
    private final AtomicLong bytesReturned = new AtomicLong();

    Demotion(Internals internals, ColdTier tier, ClosedEpoch epoch) {
        this.internals = internals;
        this.registry = internals.registry;
        this.table = internals.table;
        this.tier = tier;
        this.epoch = epoch;
        int atMost = epoch.slabsAtClose();
        long[] foundIds = new long[atMost];
        int[] foundFrames = new int[atMost];
        int found = 0;
        for (int index = 0; index < atMost; index++) {
            long id = epoch.slabId(index);
            long word = registry.word(id);
            if (Registry.state(word) == Registry.RESIDENT && claim((int) Registry.location(word), id)) {
                foundIds[found] = id;
                foundFrames[found++] = (int) Registry.location(word);
            }
        }
        UnchangedSlabs unchanged = new UnchangedSlabs(internals, tier, epoch);
        found = unchanged.drop(foundIds, foundFrames, found);
        slabsDropped = unchanged.dropped();
        bytesReturned.set(unchanged.bytesReturned());
        this.ids = Arrays.copyOf(foundIds, found);
        this.frames = Arrays.copyOf(foundFrames, found);
        this.bases = new int[found];
        this.lasts = new int[found];
        for (int index = 0; index < found; index++) {
            bases[index] = Registry.baseGeneration(registry.word(ids[index]));
            lasts[index] = table.lastGeneration(frames[index]);
        }
    }

    /** From here on nobody else ends the slab by its last free. */
    private boolean claim(int frame, long id) {
        long state = table.lvState(frame);
        return SlabTable.state(state) == SlabTable.SEALED
                && table.slabId(frame) == id
                && table.casState(frame, state, SlabTable.withState(state, SlabTable.DEMOTING));
    }

    @Override
    public long epoch() {
        return epoch.number();
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.of(epoch.lifetime());
    }

    @Override
    public int size() {
        return ids.length;
    }

    @Override
    public long slabId(int index) {
        return ids[index];
    }

    @Override
    public int sizeClass(int index) {
        return internals.arena.classOf(frames[index]);
    }

    @Override
    public int baseGeneration(int index) {
        return bases[index];
    }

    @Override
    public int lastGeneration(int index) {
        return lasts[index];
    }

    @Override
    public MemorySegment page(int index) {
        return internals
                .arena
                .memory()
                .asSlice(internals.arena.offset(frames[index]), internals.geometry.slabBytes())
                .asReadOnly();
    }

    @Override
    public int liveSlots(int index, long[] into) {
        return internals.sealed.liveSlotsOfSealed(frames[index], into);
    }

    @Override
    public void demoted(int from, int to, long[] locations) {
        int[] done = new int[to - from];
        for (int index = from; index < to; index++) {
            // fails if the epoch was discarded meanwhile; then the slab is dead and its frame this demotion's to return
            done[index - from] = beginMove(index) ? 1 : 0;
        }
        internals.grace.awaitReaders();
        UnneededImages unneeded = new UnneededImages();
        for (int index = from; index < to; index++) {
            if (done[index - from] == 0) {
                unneeded.add(ids[index], locations[index - from]);
            } else {
                turnCold(index, locations[index - from], unneeded);
            }
            done[index - from] = frames[index];
            table.setIdentity(frames[index], Registry.NO_ID, 0);
            frames[index] = HANDED_OVER;
        }
        unneeded.release(tier);
        bytesReturned.addAndGet(internals.recycler.release(null, done, done.length));
        slabsDone.addAndGet(done.length);
    }

    /** Turns the word to "moving"; false if the slab was discarded on the way, and nobody finds its frame any more. */
    private boolean beginMove(int index) {
        long id = ids[index];
        while (true) {
            long seen = registry.word(id);
            if (isHere(index, seen)) {
                if (registry.change(id, seen, word(index, Registry.MOVING, Registry.location(seen)))) {
                    return true;
                }
            } else if (Registry.state(seen) == Registry.MOVING) {
                // A discard looks whether the slab is still this demotion's.
                registry.awaitSettled(id);
            } else {
                return false;
            }
        }
    }

    /** Whether the id still names the slab in the frame. */
    private boolean isHere(int index, long word) {
        return Registry.state(word) == Registry.RESIDENT
                && Registry.location(word) == Integer.toUnsignedLong(frames[index]);
    }

    private void turnCold(int index, long location, UnneededImages unneeded) {
        long id = ids[index];
        boolean promoted = KeptImages.isKept(table.loState(frames[index]));
        if (promoted) {
            unneeded.add(id, internals.images.take(id));
        }
        long[] live = new long[4];
        if (liveSlots(index, live) == 0) {
            registry.refuse(id, lasts[index]);
            internals.closedEpochs.slabEnded(epoch.number());
            unneeded.add(id, location);
            return;
        }
        boolean oneGeneration = promoted ? registry.coldHasOneGeneration(id) : bases[index] == lasts[index];
        for (int bitmapWord = 0; bitmapWord < table.bitmapWords(); bitmapWord++) {
            registry.setColdBits(id, bitmapWord, live[bitmapWord]);
        }
        registry.setColdEpoch(id, epoch.index(), oneGeneration);
        registry.set(id, word(index, Registry.COLD, location));
        internals.coldCounts.slabsWritten.increment();
        if (promoted) {
            internals.coldCounts.slabsRewritten.increment();
        }
    }

    private long word(int index, int state, long location) {
        return Registry.word(bases[index], state, sizeClass(index), location);
    }

    /** When the tier is done: what it did not take stays resident. */
    void keepTheRest() {
        int[] discarded = new int[frames.length];
        int count = 0;
        for (int index = 0; index < frames.length; index++) {
            if (frames[index] != HANDED_OVER && !keep(index)) {
                table.setIdentity(frames[index], Registry.NO_ID, 0);
                discarded[count++] = frames[index];
            }
        }
        if (count > 0) {
            internals.grace.awaitReaders();
            internals.recycler.release(null, discarded, count);
        }
    }

    /** Leaves the slab sealed in its frame; false if it was discarded on the way. The word is "moving" meanwhile, so that a discard comes before or after. */
    private boolean keep(int index) {
        if (!beginMove(index)) {
            return false;
        }
        long id = ids[index];
        int frame = frames[index];
        long location = Integer.toUnsignedLong(frame);
        table.svState(frame, SlabTable.withState(table.loState(frame), SlabTable.SEALED));
        // fails if a free that began before ended the slab this moment
        registry.change(id, word(index, Registry.MOVING, location), word(index, Registry.RESIDENT, location));
        // A last free that saw "demoting" left the slab to this thread.
        internals.sealed.noteFree(frame);
        return true;
    }

    Result result() {
        return new Result(slabsDropped + slabsDone.get(), bytesReturned.get());
    }
}
