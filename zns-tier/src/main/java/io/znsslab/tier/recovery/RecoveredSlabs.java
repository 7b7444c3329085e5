package io.znsslab.tier.recovery;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.LogRecords;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the log says, once all of it was received: where each slab is, and what there is to know about epochs and zones.
 * The table lies off the heap and has no object for each slab. For one thread.
 */
final class RecoveredSlabs implements LogRecords {
    private final SlabIndex ids = new SlabIndex();
    // By the index of a slab; a slab without a location is dead, or there is none. Null before the first slab.
    private RecoveredSlabTable table;
    private final RecoveryMemory memory;
    /** Words of the bitmaps of size classes, as the shape says; 0 before that is known. */
    private int classedWords;

    private boolean hasPackedSlabs;

    private final Map<Long, Integer> epochIndexes = new HashMap<>();
    private final List<Long> epochNumbers = new ArrayList<>();
    private final List<ColdEpoch> acknowledged = new ArrayList<>();
    private final Map<Long, Long> expiries = new HashMap<>();

    final long[] incarnations;
    final long[] lastSummaries;
    final int[] writtenSlabs;
    final boolean[] failedZones;

    int handleVersion;
    int slabBytes;
    int[] slotBytes = {};
    long slabIds = 1;
    long epochBound;
    /** What may have been issued, also by regions that are lost; null if the log does not say. */
    IssueBounds issued;

    private final Map<Long, Integer> raised = new HashMap<>();
    boolean closed;
    private long slabsOfCheckpoint;
    private boolean complete;
    private boolean hasEnd;
    private final RecoveredRoot root = new RecoveredRoot();
    private final SlabIds lost = new SlabIds();
    private final SlabIds reusableIds = new SlabIds();
    private final SlabIds reusableGenerations = new SlabIds();
    /** Number of the last opening that has gone on with the region; 0 for none. */
    long opening;
    /**
     * No generation from this one on was issued under an id that is not raised before the last opening that found the
     * store not closed in good order and went on with the region; 0 if there was none.
     */
    int generationsAtSuddenEnd;

    RecoveredSlabs(int zones, RecoveryMemory memory) {
        this.memory = memory;
        incarnations = new long[zones];
        lastSummaries = new long[zones];
        writtenSlabs = new int[zones];
        failedZones = new boolean[zones];
    }

    /** Whether the end of a checkpoint was received, though parts before it may be missing. */
    boolean hasEnd() {
        return hasEnd;
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
        classedWords = wordsOfSizeClasses();
    }

    /** As {@link io.znsslab.core.cold.SlabShape#bitmapWords()} says; 0 if there can be no such shape. */
    private int wordsOfSizeClasses() {
        int least = Arrays.stream(slotBytes).min().orElse(0);
        int slots = least < Long.BYTES ? 0 : (slabBytes - SlabImageLayout.HEADER_BYTES) / least;
        return Math.clamp((slots + Long.SIZE - 1) / Long.SIZE, 0, RecoveredSlabTable.MOST_WORDS);
    }

    @Override
    public void reserved(long slabIdBound, long epochsBelow) {
        slabIds = slabIdBound;
        epochBound = epochsBelow;
    }

    @Override
    public void zone(int zone, long incarnation, long lastSummary, int written) {
        if (zone >= 0 && zone < incarnations.length) {
            incarnations[zone] = incarnation;
            lastSummaries[zone] = lastSummary;
            writtenSlabs[zone] = written;
            failedZones[zone] = incarnation == 0;
        }
    }

    @Override
    public void slabs(long epoch, int bitmapWords, int count, ByteBuffer buffer, int at) {
        if (table == null) {
            table = new RecoveredSlabTable(memory, classedWords == 0 ? bitmapWords : classedWords);
        }
        int epochIndex = indexOf(epoch);
        int item = at;
        for (int i = 0; i < count; i++) {
            int id = (int) LogRecordLayout.slabId(buffer, item);
            int location = (int) LogRecordLayout.location(buffer, item);
            int facts = factsOf(buffer, item, bitmapWords);
            put(id, location, facts, epochIndex, bitmapWords, buffer, item + LogRecordLayout.itemBytes(0));
            item += LogRecordLayout.itemBytes(bitmapWords);
        }
        slabsOfCheckpoint += count;
    }

    @Override
    public void following(
            long epoch, int bitmapWords, int count, int followers, ByteBuffer buffer, int item, int at, int stride) {
        int epochIndex = indexOf(epoch);
        int facts = factsOf(buffer, item, bitmapWords);
        int blocksOfASlab = slabBytes / SealedBlock.LOCATION_BYTES;
        for (int i = 0; i < count; i++) {
            int distance = followers + i + 1;
            int id = (int) LogRecordLayout.slabId(buffer, item) + distance;
            int location = (int) LogRecordLayout.location(buffer, item) + distance * blocksOfASlab;
            put(id, location, facts, epochIndex, bitmapWords, buffer, at + i * stride);
        }
        slabsOfCheckpoint += count;
    }

    /** Notes a slab, whose live slots are at {@code live}; there is none of id 0. */
    private void put(int id, int location, int facts, int epochIndex, int bitmapWords, ByteBuffer buffer, int live) {
        if (id == 0) {
            return;
        }
        int index = ids.assign(id);
        table.put(index, location, facts, epochIndex);
        int words = Math.max(bitmapWords, table.words());
        for (int word = 0; word < words; word++) {
            table.live(index, word, word < bitmapWords ? buffer.getLong(live + word * Long.BYTES) : 0);
        }
    }

    /** The facts of an item, of no class if bitmaps of the class are not of so many words: the record is forged. */
    private int factsOf(ByteBuffer buffer, int item, int bitmapWords) {
        int facts = LogRecordLayout.facts(buffer, item);
        boolean isPacked = LogRecordLayout.sizeClass(facts) == slotBytes.length;
        hasPackedSlabs |= isPacked;
        return bitmapWords == (isPacked ? RecoveredSlabTable.MOST_WORDS : classedWords)
                ? facts
                : LogRecordLayout.withoutClass(facts);
    }

    /** Whether any record is about a packed slab. */
    boolean hasPackedSlabs() {
        return hasPackedSlabs;
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
        int index = ids.find((int) slabId);
        if (index >= 0) {
            table.clearLocation(index);
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
                        Math.clamp(maxGeneration, 0, ColdEpoch.NO_GENERATION_LEFT),
                        expiries.getOrDefault(number, ColdEpoch.NO_EXPIRY)));
    }

    @Override
    public void expires(long number, long expiresMillis) {
        expiries.put(number, expiresMillis);
        Integer index = epochIndexes.get(number);
        ColdEpoch known = index == null ? null : acknowledged.get(index);
        if (known != null) {
            acknowledged.set(index, known.expiringAt(expiresMillis));
        }
    }

    @Override
    public void checkpointEnds(long slabs) {
        hasEnd = true;
        // The shape, which a region begins with, has a block of its own, whose loss changes no number of slabs.
        complete = slabs == slabsOfCheckpoint && handleVersion != 0;
    }

    @Override
    public void reusable(long slabId, int generation) {
        reusableIds.add(slabId);
        reusableGenerations.add(generation);
    }

    @Override
    public void issued(long slabIdsBelow, long epochsBelow, long knownId, int knownGeneration, int bound) {
        issued = new IssueBounds(new Bounds(slabIdsBelow, epochsBelow), knownId, knownGeneration, bound);
    }

    @Override
    public void raised(long slabId, int bound) {
        raised.merge(slabId, bound, Math::max);
    }

    /**
     * The bounds that hold also for later regions; null if the log says nothing about bounds. A log of the version
     * before says only what it has reserved.
     */
    Bounds promise() {
        if (issued != null) {
            return issued.far();
        }
        return handleVersion == 0 ? null : new Bounds(slabIds, epochBound).farAhead(handleVersion);
    }

    /** Ids that have a bound of generations of their own, with that bound. */
    Map<Long, Integer> raised() {
        return raised;
    }

    @Override
    public void closed(long slabIdBound, long epochsBelow) {
        closed = true;
        slabIds = slabIdBound;
        epochBound = epochsBelow;
    }

    @Override
    public void reopened(long number) {
        if (!closed && issued != null) {
            generationsAtSuddenEnd = Math.max(generationsAtSuddenEnd, issued.generations());
        }
        opening = Math.max(opening, number);
        closed = false;
        root.giveUp();
        reusableIds.clear();
        reusableGenerations.clear();
    }

    @Override
    public void root(long rootNumber, int size, int from, byte[] part) {
        root.part(rootNumber, size, from, part);
    }

    /** What the application has kept in the log. */
    Root root() {
        return root.whole();
    }

    /** Ids without a slab that the run before has given back. */
    SlabIds reusableIds() {
        return reusableIds;
    }

    /** The generations from which the reusable ids can be used again. */
    SlabIds reusableGenerations() {
        return reusableGenerations;
    }

    int epochCount() {
        return epochNumbers.size();
    }

    /** The number of the epoch of that index. */
    long epochNumber(int index) {
        return epochNumbers.get(index);
    }

    /** The epoch of that index, if its demotion was acknowledged; else null. */
    ColdEpoch epochAt(int index) {
        return acknowledged.get(index);
    }

    /** All indexes of slabs are below this; some indexes have no slab. */
    int bound() {
        return ids.bound();
    }

    /** Whether the index has a slab of an acknowledged epoch that holds a live object. */
    boolean isThere(int index) {
        return table.location(index) != 0 && acknowledged.get(table.epoch(index)) != null && objects(index) != 0;
    }

    long slabId(int index) {
        return ids.idAt(index);
    }

    long location(int index) {
        return Integer.toUnsignedLong(table.location(index));
    }

    int factsOf(int index) {
        return table.facts(index);
    }

    int epochIndex(int index) {
        return table.epoch(index);
    }

    long live(int index, int word) {
        return table.live(index, word);
    }

    int objects(int index) {
        int count = 0;
        for (int word = 0; word < table.words(); word++) {
            count += Long.bitCount(table.live(index, word));
        }
        return count;
    }

    /** Notes that the slab is lost. */
    void forget(int index) {
        table.clearLocation(index);
        lost.add(ids.idAt(index));
    }

    /** The index that an id has, whether it has a slab or not; negative if it has none. */
    int indexOfSlab(long id) {
        return ids.find((int) id);
    }

    /** What the log knows of an id. */
    SlabFate fateOf(long id) {
        for (int i = 0; i < lost.size(); i++) {
            if (lost.get(i) == id) {
                return SlabFate.LOST;
            }
        }
        int index = ids.find((int) id);
        if (index < 0 || table.location(index) == 0) {
            return SlabFate.UNKNOWN;
        }
        if (acknowledged.get(table.epoch(index)) == null) {
            return SlabFate.UNACKNOWLEDGED;
        }
        return objects(index) == 0 ? SlabFate.EMPTY : SlabFate.THERE;
    }

    /** For each epoch's index, the number of its slabs if its demotion was never acknowledged. */
    long[] unacknowledgedSlabs() {
        long[] slabs = new long[epochNumbers.size()];
        for (int index = 0; index < ids.bound(); index++) {
            if (table.location(index) != 0 && acknowledged.get(table.epoch(index)) == null) {
                slabs[table.epoch(index)]++;
            }
        }
        return slabs;
    }

    /** Whether a slab of that id is there. */
    boolean hasSlab(long id) {
        int index = ids.find((int) id);
        return index >= 0 && isThere(index);
    }

    /**
     * Ids that the log last recorded for slabs that are not there: lost slabs, empty ones, and those of epochs that
     * were never acknowledged.
     */
    SlabIds withoutSlab() {
        SlabIds all = new SlabIds();
        for (int i = 0; i < lost.size(); i++) {
            all.add(lost.get(i));
        }
        for (int index = 0; index < ids.bound(); index++) {
            if (table.location(index) != 0 && !isThere(index)) {
                all.add(ids.idAt(index));
            }
        }
        return all;
    }

    /**
     * The indexes of all slabs that are there, one epoch after the other, by ascending ids: as far as possible in the
     * order in which they were written, so that the log can record them as slabs that follow each other.
     */
    int[] indexesByEpoch() {
        int[] rows = ids.rowsById();
        int[] ends = new int[epochNumbers.size() + 1];
        for (int index = 0; index < ids.bound(); index++) {
            if (isThere(index)) {
                ends[table.epoch(index) + 1]++;
            }
        }
        for (int epoch = 0; epoch < epochNumbers.size(); epoch++) {
            ends[epoch + 1] += ends[epoch];
        }
        int[] ordered = new int[ends[epochNumbers.size()]];
        for (int row : rows) {
            for (int index = row; index < row + SlabIndex.ROW_IDS; index++) {
                if (isThere(index)) {
                    ordered[ends[table.epoch(index)]++] = index;
                }
            }
        }
        return ordered;
    }
}
