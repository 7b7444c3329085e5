package io.znsslab.core.tiering;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.store.SlabStore;
import java.util.Arrays;

/** Discards an epoch that was closed before, in both tiers. Used once; any thread. */
public final class ClosedEpochDiscard {
    private final SlabStore store;
    private final Registry registry;
    private final FrameTable table;
    private int[] frames = new int[16];
    private int frameCount;
    private int slabs;

    public ClosedEpochDiscard(SlabStore store) {
        this.store = store;
        this.registry = store.registry;
        this.table = store.table;
    }

    public EpochCloser.Closed discard(ClosedEpoch epoch) {
        for (int index = 0; index < epoch.slabsAtClose(); index++) {
            long id = epoch.slabId(index);
            while (!end(epoch, id)) {
                registry.awaitSettled(id);
            }
        }
        store.grace.awaitReaders();
        long bytes = store.recycler.release(null, frames, frameCount);
        return new EpochCloser.Closed(slabs, frameCount, bytes);
    }

    /** Ends the slab wherever it is; false to look again. */
    private boolean end(ClosedEpoch epoch, long id) {
        long word = registry.laWord(id);
        return switch (Registry.state(word)) {
            case Registry.RESIDENT -> endResident(epoch, id, word);
            case Registry.COLD -> endCold(epoch, id, word);
            case Registry.MOVING -> false;
            default -> true;
        };
    }

    private boolean endCold(ClosedEpoch epoch, long id, long word) {
        boolean ended = store.sealed.endCold(id, word, epoch);
        slabs += ended ? 1 : 0;
        return ended;
    }

    private boolean endResident(ClosedEpoch epoch, long id, long word) {
        int frame = (int) Registry.location(word);
        long state = table.lvState(frame);
        if (FrameTable.state(state) == FrameTable.DEMOTING) {
            return endDemoting(epoch, id, word, frame);
        }
        if (FrameTable.state(state) != FrameTable.SEALED
                || table.lopSlabId(frame) != id
                || !store.sealed.end(frame, state)) {
            // ended by its last free, or on its way, this moment
            return Registry.state(registry.laWord(id)) == Registry.UNUSED;
        }
        if (frameCount == frames.length) {
            frames = Arrays.copyOf(frames, frameCount * 2);
        }
        frames[frameCount++] = frame;
        slabs++;
        return true;
    }

    /**
     * The tier is reading the frame: it stays the demotion's, which finds the word changed. False if the demotion ended
     * first.
     */
    private boolean endDemoting(ClosedEpoch epoch, long id, long word, int frame) {
        if (!store.transitions.beginMove(id, word)) {
            return false;
        }
        // The demotion waits while the word is "moving": so either it has given the slab up by now, or won't.
        if (FrameTable.state(table.lvState(frame)) != FrameTable.DEMOTING) {
            // fails if the last free of the slab ended it this moment
            var _ = store.transitions.stay(id, frame);
            return false;
        }
        store.sealed.endDemoting(id, frame, epoch);
        slabs++;
        return true;
    }
}
