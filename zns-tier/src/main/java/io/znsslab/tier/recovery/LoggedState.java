package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.zone.ZoneTable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All that the log records: slabs and zones as they are, the epochs whose demotion was acknowledged, the ids that have
 * a bound of generations of their own, and the root. The log's thread changes it, but for the root; any thread may ask.
 */
final class LoggedState {
    private final ColdSlabs slabs;
    private final ZoneTable table;
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Long, Integer> raised;
    /** Any thread may set it. */
    private final AtomicReference<Root> root;
    /** For the log's thread alone. */
    private boolean hasPackedSlabs;

    /**
     * @param acknowledgedEpochs epochs of earlier runs
     * @param raised ids whose bounds earlier runs have raised
     * @param root what the application has kept in the log
     */
    LoggedState(
            ColdSlabs slabs, ZoneTable table, Iterable<Long> acknowledgedEpochs, Map<Long, Integer> raised, Root root) {
        this.root = new AtomicReference<>(root);
        this.slabs = slabs;
        this.table = table;
        this.raised = new ConcurrentHashMap<>(raised);
        acknowledgedEpochs.forEach(acknowledged::add);
    }

    ColdSlabs slabs() {
        return slabs;
    }

    ZoneTable table() {
        return table;
    }

    /** What the application keeps in the log, as it set it last. */
    Root root() {
        return root.get();
    }

    /** Sets what the application keeps in the log: bytes that do not change. */
    void root(byte[] bytes) {
        var _ = root.updateAndGet(before -> before.next(bytes));
    }

    int handleVersion() {
        return slabs.shape().handleVersion();
    }

    /** Notes that the log records a packed slab. */
    void notePackedSlab() {
        hasPackedSlabs = true;
    }

    /** Words of the longest bitmaps that this opening has recorded, or may have to record unless packed slabs come. */
    int bitmapWords() {
        SlabShape shape = slabs.shape();
        return hasPackedSlabs ? shape.bitmapWords(shape.packedClass()) : shape.bitmapWords();
    }

    /** Whether a demotion of that epoch was acknowledged. */
    boolean isAcknowledged(long epoch) {
        return acknowledged.contains(epoch);
    }

    /**
     * Notes that the epoch's demotion is acknowledged with the next group; returns the epoch if the log has to record
     * that, else null: it did so before, or the epoch is gone.
     */
    ColdEpoch acknowledge(long number) {
        // Noted before the look: an end that is set from here on finds the epoch acknowledged, and is recorded apart.
        if (!acknowledged.add(number)) {
            return null;
        }
        ColdEpoch epoch = slabs.epoch(number);
        if (epoch == null) {
            acknowledged.remove(number);
        }
        return epoch;
    }

    void forgetDeadEpochs() {
        acknowledged.removeIf(epoch -> slabs.epoch(epoch) == null);
    }

    /** Ids that have a bound of generations of their own, with that bound. */
    Map<Long, Integer> raised() {
        return raised;
    }

    /** The bound of generations of that id alone; 0 for none. */
    int raisedBound(long slabId) {
        return raised.getOrDefault(slabId, 0);
    }

    /** Notes what a group has recorded: from here on ids that it has raised have that bound. */
    void raise(Map<Long, Integer> bounds) {
        raised.putAll(bounds);
    }

    /** Forgets ids that the bound of all has reached. */
    void forgetRaisedUpTo(int generations) {
        raised.values().removeIf(bound -> bound <= generations);
    }
}
