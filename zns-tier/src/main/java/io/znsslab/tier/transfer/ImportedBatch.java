package io.znsslab.tier.transfer;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.tier.transfer.ImportedSlabs.Imported;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Slabs of one epoch that were read from an export and are put on the device together. Filled by the importing thread,
 * then read by the tier's threads until the demotion is over.
 */
final class ImportedBatch implements SlabBatch, AutoCloseable {
    private final ImportedSlabs owner;
    private final int slabBytes;
    private final int most;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final List<Imported> slabs = new ArrayList<>();
    private long epoch;
    private Lifetime lifetime = Lifetime.UNSTATED;

    ImportedBatch(ImportedSlabs owner, int slabBytes, int most) {
        this.owner = owner;
        this.slabBytes = slabBytes;
        this.most = most;
        memory = arena.allocate((long) most * slabBytes, 4096);
    }

    /** Begins with the slabs of an epoch. */
    void begin(long number, Lifetime expected) {
        epoch = number;
        lifetime = expected;
    }

    boolean isFull() {
        return slabs.size() == most;
    }

    /** Adds a slab, whose bytes are in the frame from there on. */
    void add(Imported slab, byte[] frame, int from) {
        MemorySegment.copy(frame, from, memory, ValueLayout.JAVA_BYTE, (long) slabs.size() * slabBytes, slabBytes);
        slabs.add(slab);
    }

    void clear() {
        slabs.clear();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Lifetime lifetime() {
        return lifetime;
    }

    @Override
    public int size() {
        return slabs.size();
    }

    @Override
    public long slabId(int index) {
        return slabs.get(index).slabId;
    }

    @Override
    public int sizeClass(int index) {
        return slabs.get(index).sizeClass;
    }

    @Override
    public int baseGeneration(int index) {
        return slabs.get(index).baseGeneration;
    }

    @Override
    public int lastGeneration(int index) {
        // How far the slab's generations have come is not in the export: none is left to it.
        return ColdEpoch.NO_GENERATION_LEFT;
    }

    @Override
    public MemorySegment page(int index) {
        return memory.asSlice((long) index * slabBytes, slabBytes).asReadOnly();
    }

    @Override
    public int liveSlots(int index, long[] into) {
        long[] live = slabs.get(index).live;
        int count = 0;
        for (int word = 0; word < into.length; word++) {
            into[word] = word < live.length ? live[word] : 0;
            count += Long.bitCount(into[word]);
        }
        return count;
    }

    @Override
    public void demoted(int from, int to, long[] locations) {
        for (int i = from; i < to; i++) {
            owner.placed(slabs.get(i), locations[i - from]);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
