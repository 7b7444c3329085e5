package io.znsslab.core.epoch;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.slab.SlabTransitions;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The epochs that are closed and not drained, oldest first. Thread-safe. */
public final class ClosedEpochs {
    private final ConcurrentSkipListMap<Long, ClosedEpoch> epochs = new ConcurrentSkipListMap<>();
    private final BitSet usedIndexes = new BitSet();
    /** All indexes below are used. */
    private int unusedFrom;

    /** Grows by doubling: a store may hold a hundred thousand small epochs. */
    private volatile AtomicReferenceArray<ClosedEpoch> byIndex = new AtomicReferenceArray<>(64);

    private final SlabTransitions transitions;

    public ClosedEpochs(SlabTransitions transitions) {
        this.transitions = transitions;
    }

    /** Adds a closed epoch without slabs, which the caller holds. */
    synchronized ClosedEpoch begin(long number, String label, long openedMillis, int lifetime) {
        int index = usedIndexes.nextClearBit(unusedFrom);
        unusedFrom = index + 1;
        usedIndexes.set(index);
        ClosedEpoch epoch = new ClosedEpoch(number, index, label, openedMillis, lifetime);
        if (index == byIndex.length()) {
            AtomicReferenceArray<ClosedEpoch> larger = new AtomicReferenceArray<>(2 * index);
            for (int i = 0; i < index; i++) {
                larger.set(i, byIndex.get(i));
            }
            byIndex = larger;
        }
        byIndex.set(index, epoch);
        epochs.put(number, epoch);
        return epoch;
    }

    /** An epoch of an earlier run with its slabs, the first {@code count} ids; nothing holds it. */
    public ClosedEpoch restore(ColdEpoch restored, long[] slabIds, int count) {
        ClosedEpoch epoch = begin(
                restored.number(),
                restored.label(),
                restored.openedMillis(),
                restored.lifetime().code());
        epoch.noteGeneration(restored.maxGeneration());
        epoch.addAll(slabIds, count);
        epoch.sealed();
        epoch.release();
        return epoch;
    }

    /** The epoch of that {@linkplain ClosedEpoch#index() index}. */
    public ClosedEpoch byIndex(int index) {
        return byIndex.get(index);
    }

    private synchronized void forget(ClosedEpoch epoch) {
        epochs.remove(epoch.number());
        usedIndexes.clear(epoch.index());
        unusedFrom = Math.min(unusedFrom, epoch.index());
    }

    /** A closed epoch that has slabs, or null. */
    public @Nullable ClosedEpoch get(long number) {
        return epochs.get(number);
    }

    /** All of them, oldest first; a view. */
    public Collection<ClosedEpoch> all() {
        return Collections.unmodifiableCollection(epochs.values());
    }

    /**
     * Counts off a slab of the epoch that has no live object any more, in whichever tier. Its registry word refuses its
     * handles already.
     */
    public void slabEnded(long number) {
        ClosedEpoch epoch = epochs.get(number);
        if (epoch == null) {
            throw new IllegalStateException("slab of epoch %d ended, which has no slabs".formatted(number));
        }
        if (epoch.endSlab()) {
            drained(epoch);
        }
    }

    /**
     * A closed epoch that has slabs, or null. It does not drain before {@link #release}, so that the ids on its list
     * name no other epoch's slabs.
     */
    public @Nullable ClosedEpoch hold(long number) {
        ClosedEpoch epoch = epochs.get(number);
        return epoch != null && epoch.hold() ? epoch : null;
    }

    /** Ends a hold. */
    public void release(ClosedEpoch epoch) {
        if (epoch.release()) {
            drained(epoch);
        }
    }

    /** Memory of the lists of slabs, in bytes. */
    public long listBytes() {
        return epochs.values().stream().mapToLong(ClosedEpoch::listBytes).sum();
    }

    private void drained(ClosedEpoch epoch) {
        forget(epoch);
        epoch.giveIdsBack(transitions);
    }
}
