package io.znsslab.tier.device;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The zone table in a device file. Thread-safe.
 *
 * <p>The memory follows the file, never the other way round: a block's next version is built beside the table, written,
 * and only then copied into it. So a block that failed to be written is written by the next attempt. A block whose
 * writing or flushing failed may stand in the file in its old or its new version; it is written again even if nothing
 * in it changes any more. After a failed flush that holds for all blocks ever written: the kernel reports the loss of a
 * block once, and counts it as written from then on.
 *
 * <p>The file holds two copies of the table. Each entry names the change that made it, and the newer of two entries
 * counts. A damaged entry is replaced by its copy; if both are damaged, the zone is taken as full: all of it can be
 * read, the checksums in its data decide what counts, and its next reset repairs the entry. Copies that differ are made
 * equal when something else is written: an opening that only reads writes nothing. Files of an earlier version have one
 * copy, and get the other when they are first written to and have space for it.
 *
 * <p>The cost of a flush grows with the changes since the last one, not with the number of zones.
 */
final class FileZoneTable implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(FileZoneTable.class.getName());
    private static final int BLOCK = FileHeaderLayout.BLOCK_BYTES;
    private static final int PER_BLOCK = BLOCK / ZoneEntryLayout.LENGTH;

    private final DeviceFile file;
    private final ZoneStates states;
    private final FileGeometry shape;
    private final int zones;
    private final Arena arena = Arena.ofShared();
    /** The table as last read from the file or written to it. */
    private final MemorySegment table;

    private final ByteBuffer entries;
    /** The next version of a block. */
    private final MemorySegment next;

    private final ByteBuffer nextEntries;
    /** Blocks whose contents in the file are uncertain. */
    private final BitSet doubtful = new BitSet();
    /** Blocks written since the file was opened. */
    private final BitSet written = new BitSet();
    /** Blocks whose copies differed when they were read. */
    private final BitSet unlike = new BitSet();

    private boolean headersAreSound;
    private boolean hasCopy;
    private boolean touched;
    /** Number of the last change. */
    private long change;

    /**
     * Creates the table of a file with those headers; it holds no entries before {@link #read} or {@link #writeAll}.
     */
    FileZoneTable(DeviceFile file, ZoneStates states, FileHeaders headers) {
        this.file = file;
        this.states = states;
        shape = headers.shape();
        zones = shape.zoneCount();
        headersAreSound = headers.sound();
        hasCopy = headers.version() != FileHeaderLayout.SINGLE_COPY_VERSION;
        table = arena.allocate(FileHeaderLayout.tableBytes(zones), BLOCK);
        entries = entries(table);
        next = arena.allocate(BLOCK, BLOCK);
        nextEntries = entries(next);
    }

    private static ByteBuffer entries(MemorySegment of) {
        return of.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads the table and sets the zones' states by it. */
    synchronized void read() {
        file.read(FileHeaderLayout.TABLE_OFFSET, table);
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment copy = table;
            if (hasCopy) {
                copy = temporary.allocate(table.byteSize(), BLOCK);
                file.read(FileHeaderLayout.copyOffset(shape), copy);
                compare(copy);
            }
            int lost = restoreAll(copy);
            if (lost > 0) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        () -> "the entries of " + lost + (lost == 1 ? " zone" : " zones") + " in the zone table of "
                                + file.name()
                                + " are damaged; these zones are taken as full until they are reset");
            }
        }
    }

    private void compare(MemorySegment copy) {
        long differs = table.mismatch(copy);
        // Compare block by block past the first difference, which is rare.
        for (long block = differs / BLOCK; differs >= 0 && block * BLOCK < table.byteSize(); block++) {
            long offset = block * BLOCK;
            if (stored((int) block).mismatch(copy.asSlice(offset, BLOCK)) != -1) {
                unlike.set((int) block);
            }
        }
    }

    /** Restores all zones from a copy. Returns how many zones' states are unknown. */
    private int restoreAll(MemorySegment copy) {
        ZoneEntryBatch batch = new ZoneEntryBatch();
        ZoneEntryBatch copies = new ZoneEntryBatch();
        int lost = 0;
        for (int from = 0; from < zones; from += ZoneEntryBatch.MOST) {
            int to = Math.min(zones, from + ZoneEntryBatch.MOST);
            batch.load(table, from, to - from);
            int unlikeBlock = unlike.nextSetBit(blockOf(from));
            if (unlikeBlock >= 0 && unlikeBlock <= blockOf(to - 1)) {
                copies.load(copy, from, to - from);
            }
            for (int zone = from; zone < to; zone++) {
                lost += restore(zone, batch, copies) ? 0 : 1;
            }
        }
        return lost;
    }

    /** Restores a zone from the newer valid entry. False when both entries are damaged. */
    private boolean restore(int zone, ZoneEntryBatch batch, ZoneEntryBatch copies) {
        ZoneEntryBatch counting = isValid(batch, zone) ? batch : null;
        boolean copyCounts = unlike.get(blockOf(zone))
                && isValid(copies, zone)
                && (counting == null || copies.change(zone) > counting.change(zone));
        if (copyCounts) {
            counting = copies;
            ZoneEntryLayout.write(
                    entries,
                    zone,
                    zone,
                    requireNonNull(copies.condition(zone)),
                    copies.writtenBytes(zone),
                    copies.change(zone));
        }
        if (counting == null) {
            unlike.set(blockOf(zone));
            boolean conventional = states.isConventional(zone);
            ZoneCondition condition = conventional ? ZoneCondition.NOT_WRITE_POINTER : ZoneCondition.FULL;
            long writtenBytes = conventional ? 0 : states.capacityBytes(zone);
            ZoneEntryLayout.write(entries, zone, zone, condition, writtenBytes, 0);
            states.restore(zone, condition, writtenBytes);
            return false;
        }
        states.restore(zone, requireNonNull(counting.condition(zone)), counting.writtenBytes(zone));
        change = Math.max(change, counting.change(zone));
        return true;
    }

    private boolean isValid(ZoneEntryBatch batch, int zone) {
        return batch.isValid(zone)
                && batch.writtenBytes(zone) <= states.capacityBytes(zone)
                && states.isConventional(zone) == (batch.condition(zone) == ZoneCondition.NOT_WRITE_POINTER);
    }

    /** Writes the table for the first time. */
    synchronized void writeAll() {
        for (int zone = 0; zone < zones; zone++) {
            ZoneEntryLayout.write(entries, zone, zone, states.condition(zone), states.writtenBytes(zone), 0);
        }
        file.write(FileHeaderLayout.TABLE_OFFSET, table);
        file.write(FileHeaderLayout.copyOffset(shape), table);
        states.takeChanged();
        touched = true;
    }

    /**
     * Runs before the first change since opening: repairs the damage found, and adds what a file of an earlier version
     * lacks.
     */
    private void touch() {
        if (touched) {
            return;
        }
        touched = true;
        doubtful.or(unlike);
        try {
            if (!hasCopy) {
                file.setLength(FileHeaderLayout.fileBytes(shape, FileHeaderLayout.VERSION));
                file.write(FileHeaderLayout.copyOffset(shape), table);
                file.flush();
            }
            if (!hasCopy || !headersAreSound) {
                FileHeaders.write(file, shape);
            }
            hasCopy = true;
            headersAreSound = true;
        } catch (DeviceException e) {
            // The next opening tries again.
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the device file " + file.name() + " goes on with one copy of its header or zone table: "
                            + e.getMessage());
        }
    }

    /** Writes all changed blocks, without making them durable. */
    synchronized void writeChanges() {
        int[] changed = states.takeChanged();
        Arrays.sort(changed);
        int done = 0;
        try {
            while (done < changed.length) {
                int end = done;
                while (end < changed.length && blockOf(changed[end]) == blockOf(changed[done])) {
                    end++;
                }
                writeChanges(changed, done, end);
                done = end;
            }
            for (int block = doubtful.nextSetBit(0); block >= 0; block = doubtful.nextSetBit(block + 1)) {
                begin(block);
                writeNext(block);
            }
        } catch (RuntimeException | Error e) {
            for (int i = done; i < changed.length; i++) {
                states.markChanged(changed[i]);
            }
            throw e;
        }
    }

    private void writeChanges(int[] changed, int from, int to) {
        int block = blockOf(changed[from]);
        begin(block);
        boolean differs = false;
        for (int i = from; i < to; i++) {
            ZoneDescriptor now = states.describe(changed[i]);
            differs |= update(now.index(), now.condition(), now.writtenBytes());
        }
        if (differs) {
            writeNext(block);
        }
    }

    /**
     * Makes a zone's new state durable, without including other zones' unflushed write pointers.
     *
     * @param afterwards sets the state in memory
     */
    synchronized void persist(int zone, ZoneCondition condition, long writtenBytes, Runnable afterwards) {
        int block = blockOf(zone);
        begin(block);
        if (update(zone, condition, writtenBytes) || doubtful.get(block)) {
            writeNext(block);
            try {
                flush();
            } catch (RuntimeException | Error e) {
                // The file may hold the new state already, and must return to the old one if the caller does not try
                // again.
                states.markChanged(zone);
                throw e;
            }
        }
        afterwards.run();
    }

    /** Makes the written blocks durable. */
    void flush() {
        try {
            file.flush();
        } catch (DeviceException e) {
            flushFailed();
            throw e;
        }
    }

    /** Handles a failed flush of the file by any thread. */
    synchronized void flushFailed() {
        doubtful.or(written);
    }

    private static int blockOf(int zone) {
        return zone / PER_BLOCK;
    }

    private MemorySegment stored(int block) {
        return table.asSlice((long) block * BLOCK, BLOCK);
    }

    private void begin(int block) {
        next.copyFrom(stored(block));
    }

    /** Puts a zone's entry into the next version of its block, unless the block holds it already. */
    private boolean update(int zone, ZoneCondition condition, long writtenBytes) {
        if (ZoneEntryLayout.condition(entries, zone) == condition
                && ZoneEntryLayout.writtenBytes(entries, zone) == writtenBytes) {
            return false;
        }
        ZoneEntryLayout.write(nextEntries, zone % PER_BLOCK, zone, condition, writtenBytes, ++change);
        return true;
    }

    private void writeNext(int block) {
        touch();
        doubtful.set(block);
        written.set(block);
        long offset = (long) block * BLOCK;
        file.write(FileHeaderLayout.TABLE_OFFSET + offset, next);
        if (hasCopy) {
            file.write(FileHeaderLayout.copyOffset(shape) + offset, next);
        }
        stored(block).copyFrom(next);
        doubtful.clear(block);
    }

    @Override
    public void close() {
        arena.close();
    }
}
