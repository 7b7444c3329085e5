package io.znsslab.tier.recovery;

import io.znsslab.core.ColdEpoch;
import io.znsslab.core.Lifetime;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.LogRecords;
import io.znsslab.tier.format.SealedBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the log says, once all of it was received: where each slab is, and what there is to know of epochs and zones. A table without an object a slab. For one thread. */
final class RecoveredSlabs implements LogRecords {
    private static final int FIRST_CAPACITY = 1 << 10;

    // By place; a place without an id is free, a slab without a location is dead.
    private int[] ids = new int[FIRST_CAPACITY];
    private int[] locations = new int[FIRST_CAPACITY];
    private int[] facts = new int[FIRST_CAPACITY];
    private int[] epochs = new int[FIRST_CAPACITY];
    private long[] live;
    private int words;
    private int used;

    private final Map<Long, Integer> epochIndexes = new HashMap<>();
    private final List<Long> epochNumbers = new ArrayList<>();
    private final List<ColdEpoch> acknowledged = new ArrayList<>();

    final long[] lives;
    final long[] lastSummaries;
    final int[] writtenSlabs;
    final boolean[] failedZones;

    int handleVersion;
    int slabBytes;
    int[] slotBytes = {};
    long slabIds = 1;
    long epochBound;
    boolean closed;
    private long slabsOfCheckpoint;
    private boolean complete;
    private final SlabIds reusableIds = new SlabIds();
    private final SlabIds reusableGenerations = new SlabIds();

    RecoveredSlabs(int zones) {
        lives = new long[zones];
        lastSummaries = new long[zones];
        writtenSlabs = new int[zones];
        failedZones = new boolean[zones];
    }

    /** Whether the whole of a checkpoint was received. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void shape(int version, int bytesOfASlab, int[] bytesOfSlots) {
        handleVersion = version;
        slabBytes = bytesOfASlab;
        slotBytes = bytesOfSlots;
    }

    @Override
    public void reserved(long slabIdBound, long epochsBelow) {
        slabIds = slabIdBound;
        epochBound = epochsBelow;
    }

    @Override
    public void zone(int zone, long life, long lastSummary, int written) {
        if (zone >= 0 && zone < lives.length) {
            lives[zone] = life;
            lastSummaries[zone] = lastSummary;
            writtenSlabs[zone] = written;
            failedZones[zone] = life == 0;
        }
    }

    @Override
    public void slabs(long epoch, int bitmapWords, int count, ByteBuffer buffer, int at) {
        if (live == null) {
            words = bitmapWords;
            live = new long[ids.length * words];
        }
        if (bitmapWords != words) {
            return;
        }
        int epochIndex = indexOf(epoch);
        int item = at;
        for (int i = 0; i < count; i++) {
            put(epochIndex, buffer, item);
            item += LogBlockLayout.itemBytes(words);
        }
        slabsOfCheckpoint += count;
    }

    @Override
    public void following(long epoch, int bitmapWords, int count, int followers, ByteBuffer buffer, int item, int at) {
        if (bitmapWords != words) {
            return;
        }
        int epochIndex = indexOf(epoch);
        int blocksOfASlab = slabBytes / SealedBlock.LOCATION_BYTES;
        for (int i = 0; i < count; i++) {
            int distance = followers + i + 1;
            int id = (int) LogBlockLayout.slabId(buffer, item) + distance;
            if (id == 0) {
                continue;
            }
            int place = take(id);
            locations[place] = (int) LogBlockLayout.location(buffer, item) + distance * blocksOfASlab;
            facts[place] = LogBlockLayout.facts(buffer, item);
            epochs[place] = epochIndex;
            for (int word = 0; word < words; word++) {
                live[place * words + word] = buffer.getLong(at + (i * words + word) * Long.BYTES);
            }
        }
        slabsOfCheckpoint += count;
    }

    private void put(int epochIndex, ByteBuffer buffer, int item) {
        int id = (int) LogBlockLayout.slabId(buffer, item);
        if (id == 0) {
            return;
        }
        int place = take(id);
        locations[place] = (int) LogBlockLayout.location(buffer, item);
        facts[place] = LogBlockLayout.facts(buffer, item);
        epochs[place] = epochIndex;
        for (int word = 0; word < words; word++) {
            live[place * words + word] = LogBlockLayout.live(buffer, item, word);
        }
    }

    /** The id's place, which it gets now if it has none. */
    private int take(int id) {
        if (used * 2 >= ids.length) {
            grow();
        }
        int place = placeOf(id);
        if (ids[place] == 0) {
            ids[place] = id;
            used++;
        }
        return place;
    }

    private int placeOf(int id) {
        int mask = ids.length - 1;
        int place = ((id * 0x9E3779B1) >>> 7) & mask;
        while (ids[place] != 0 && ids[place] != id) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        int[] oldIds = ids;
        int[] oldLocations = locations;
        int[] oldFacts = facts;
        int[] oldEpochs = epochs;
        long[] oldLive = live;
        int capacity = Math.multiplyExact(ids.length, 2);
        ids = new int[capacity];
        locations = new int[capacity];
        facts = new int[capacity];
        epochs = new int[capacity];
        live = new long[Math.multiplyExact(capacity, words)];
        for (int old = 0; old < oldIds.length; old++) {
            if (oldIds[old] != 0) {
                int place = placeOf(oldIds[old]);
                ids[place] = oldIds[old];
                locations[place] = oldLocations[old];
                facts[place] = oldFacts[old];
                epochs[place] = oldEpochs[old];
                System.arraycopy(oldLive, old * words, live, place * words, words);
            }
        }
    }

    private int indexOf(long epoch) {
        return epochIndexes.computeIfAbsent(epoch, number -> {
            epochNumbers.add(number);
            acknowledged.add(null);
            return epochNumbers.size() - 1;
        });
    }

    @Override
    public void dead(long slabId) {
        int place = placeOf((int) slabId);
        if (ids[place] != 0) {
            locations[place] = 0;
        }
    }

    @Override
    public void epoch(long number, int lifetime, int maxGeneration, long openedMillis, String label) {
        acknowledged.set(
                indexOf(number),
                new ColdEpoch(
                        number,
                        label,
                        openedMillis,
                        Lifetime.of(lifetime),
                        Math.clamp(maxGeneration, 0, ColdEpoch.NO_GENERATION_LEFT)));
    }

    @Override
    public void checkpointEnds(long slabs) {
        complete = slabs == slabsOfCheckpoint;
    }

    @Override
    public void reusable(long slabId, int generation) {
        reusableIds.add(slabId);
        reusableGenerations.add(generation);
    }

    @Override
    public void closed(long slabIdBound, long epochsBelow) {
        closed = true;
        slabIds = slabIdBound;
        epochBound = epochsBelow;
    }

    /** Ids without a slab that the run before has given back. */
    SlabIds reusableIds() {
        return reusableIds;
    }

    /** The generations from which they can be used again. */
    SlabIds reusableGenerations() {
        return reusableGenerations;
    }

    int bitmapWords() {
        return words;
    }

    int epochCount() {
        return epochNumbers.size();
    }

    /** The epoch of that index, if its demotion was acknowledged; else null. */
    ColdEpoch epochAt(int index) {
        return acknowledged.get(index);
    }

    /** Places of slabs; those without one are in between. */
    int places() {
        return ids.length;
    }

    /** Whether a slab of an acknowledged epoch is there that holds a live object. */
    boolean isThere(int place) {
        return ids[place] != 0
                && locations[place] != 0
                && acknowledged.get(epochs[place]) != null
                && objects(place) != 0;
    }

    long slabId(int place) {
        return Integer.toUnsignedLong(ids[place]);
    }

    long location(int place) {
        return Integer.toUnsignedLong(locations[place]);
    }

    int factsOf(int place) {
        return facts[place];
    }

    int epochIndex(int place) {
        return epochs[place];
    }

    long live(int place, int word) {
        return live[place * words + word];
    }

    int objects(int place) {
        int count = 0;
        for (int word = 0; word < words; word++) {
            count += Long.bitCount(live[place * words + word]);
        }
        return count;
    }

    /** The slab is lost. */
    void forget(int place) {
        locations[place] = 0;
    }

    /** The places of all slabs that are there, one epoch after the other. */
    int[] placesByEpoch() {
        int[] ends = new int[epochNumbers.size() + 1];
        for (int place = 0; place < ids.length; place++) {
            if (isThere(place)) {
                ends[epochs[place] + 1]++;
            }
        }
        for (int epoch = 0; epoch < epochNumbers.size(); epoch++) {
            ends[epoch + 1] += ends[epoch];
        }
        int[] ordered = new int[ends[epochNumbers.size()]];
        int[] next = Arrays.copyOf(ends, ends.length);
        for (int place = 0; place < ids.length; place++) {
            if (isThere(place)) {
                ordered[next[epochs[place]]++] = place;
            }
        }
        return ordered;
    }
}
