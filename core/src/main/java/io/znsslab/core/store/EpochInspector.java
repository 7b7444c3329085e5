package io.znsslab.core.store;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.EpochInfo;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts what epochs hold by walking the slabs. Takes time in proportion to all slabs in DRAM, and to the epochs' slabs
 * on the tier. Other threads go on, so a slab that moves meanwhile may be counted in neither tier or in both.
 */
public final class EpochInspector {
    private static final int PINNING_SHOWN = 8;

    private final SlabStore store;
    private final SlabArena arena;
    private final FrameTable table;
    private final Registry registry;
    private final long epoch;
    private final List<Long> pinning = new ArrayList<>();
    private int residentSlabs;
    private int coldSlabs;
    private long liveObjects;
    private long liveBytes;
    private long bytesReturned;

    private EpochInspector(SlabStore store, long epoch) {
        this.store = store;
        this.arena = store.arena;
        this.table = store.table;
        this.registry = store.registry;
        this.epoch = epoch;
    }

    /** Counts what one epoch holds. */
    public static EpochInspector inspect(SlabStore store, long epoch) {
        return requireNonNull(inspect(store, List.of(epoch)).get(epoch));
    }

    /** Counts what each of these epochs holds, by one walk through DRAM. In the order of their numbers. */
    public static SortedMap<Long, EpochInspector> inspect(SlabStore store, Collection<Long> epochs) {
        SortedMap<Long, EpochInspector> inspectors = new TreeMap<>();
        epochs.forEach(number -> inspectors.put(number, new EpochInspector(store, number)));
        walkResident(store, inspectors);
        for (EpochInspector inspector : inspectors.values()) {
            ClosedEpoch closed = store.closedEpochs.get(inspector.epoch);
            if (closed != null && closed.isComplete()) {
                inspector.walkCold(closed);
                inspector.bytesReturned = closed.bytesReturned();
            }
        }
        return inspectors;
    }

    private static void walkResident(SlabStore store, SortedMap<Long, EpochInspector> inspectors) {
        FrameTable table = store.table;
        for (int sizeClass = 0; sizeClass < store.geometry.classes(); sizeClass++) {
            int first = store.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + store.arena.framesEverUsed(sizeClass); frame++) {
                EpochInspector inspector = inspectors.get(table.lopEpoch(frame));
                if (inspector != null
                        && table.lopSlabId(frame) != Registry.NO_ID
                        && FrameTable.state(table.lvState(frame)) != FrameTable.FREE) {
                    inspector.residentSlabs++;
                    inspector.countLive(frame, sizeClass);
                }
            }
        }
    }

    private void countLive(int frame, int sizeClass) {
        HandleLayout layout = store.layout;
        long id = table.lopSlabId(frame);
        long[] live = new long[4];
        int base = Registry.baseGeneration(registry.laWord(id));
        int objects = store.sealed.liveSlots(frame, id, base, layout, live);
        if (sizeClass == store.geometry.packedClass()) {
            liveObjects += objects;
            liveBytes += (long) store.packed.count(frame).granules() * store.geometry.granuleBytes();
        } else {
            count(sizeClass, objects);
        }
        for (int slot = 0; slot < store.geometry.slots(sizeClass) && pinning.size() < PINNING_SHOWN; slot++) {
            if ((live[slot >>> 6] & 1L << slot) != 0) {
                long header = arena.words().la(arena.offset(frame) + store.geometry.slotOffset(sizeClass, slot));
                if (HandleLayout.isLive(header)) {
                    pinning.add(header);
                }
            }
        }
    }

    private void walkCold(ClosedEpoch closed) {
        for (int index = 0; index < closed.slabsAtClose(); index++) {
            long id = closed.slabId(index);
            long word = registry.laWord(id);
            if (Registry.state(word) == Registry.COLD) {
                coldSlabs++;
                int sizeClass = Registry.sizeClass(word);
                notePinning(id, word);
                if (sizeClass == store.geometry.packedClass()) {
                    countColdPacked(id);
                } else {
                    countCold(id, sizeClass);
                }
            }
        }
    }

    /** Where all live handles of a slab have one generation, they are known without a look at its image. */
    private void notePinning(long id, long word) {
        if (!registry.lpColdHasOneGeneration(id)) {
            return;
        }
        int sizeClass = Registry.sizeClass(word);
        HandleLayout layout = store.layout;
        for (int slot = 0; slot < store.geometry.slots(sizeClass) && pinning.size() < PINNING_SHOWN; slot++) {
            if ((registry.laColdBits(id, slot >>> 6) & 1L << slot) != 0) {
                pinning.add(layout.handle(id, Registry.baseGeneration(word), sizeClass) + layout.slotBits(slot));
            }
        }
    }

    private void countCold(long id, int sizeClass) {
        int live = 0;
        for (int bitmapWord = 0; bitmapWord < store.geometry.bitmapWords(); bitmapWord++) {
            live += Long.bitCount(registry.laColdBits(id, bitmapWord));
        }
        count(sizeClass, live);
    }

    /** Without a look at the image only where the live objects begin is known: what lies behind one counts as its. */
    private void countColdPacked(long id) {
        int packedClass = store.geometry.packedClass();
        int first = -1;
        for (int slot = 0; slot < store.geometry.slots(packedClass); slot++) {
            if ((registry.laColdBits(id, slot >>> 6) & 1L << slot) != 0) {
                first = first < 0 ? slot : first;
                liveObjects++;
            }
        }
        if (first >= 0) {
            liveBytes += (long) (store.geometry.slots(packedClass) - first) * store.geometry.granuleBytes();
        }
    }

    private void count(int sizeClass, int live) {
        liveObjects += live;
        liveBytes += (long) live * store.geometry.slotBytes(sizeClass);
    }

    /** The figures, together with what is known of the epoch otherwise. */
    public EpochInfo info(EpochFacts facts, EpochInfo.State state, long entries) {
        return new EpochInfo(
                epoch,
                facts.label(),
                state,
                facts.lifetime(),
                facts.opened(),
                facts.closed(),
                state == EpochInfo.State.DRAINED ? Optional.empty() : store.ends.of(epoch),
                entries,
                residentSlabs,
                coldSlabs,
                liveObjects,
                liveBytes,
                bytesReturned,
                List.copyOf(pinning));
    }
}
