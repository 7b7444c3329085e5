package io.znsslab.tier.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The zone table in a device file. Thread-safe.
 *
 * <p>What is in memory follows the file, never the other way round: a block is made beside the table, written, and only
 * then taken over. So whatever fails to be written is written by the next try. A block whose writing or flushing failed
 * may stand in the file as it was or as it should be; it is written again even if nothing in it changes any more. After
 * a failed flush that goes for all that was ever written: the kernel reports the loss of a block once, and counts it as
 * written from then on.
 *
 * <p>There are two copies of it. Each entry says by which change it was made, and of two the newer counts. A damaged
 * entry is replaced by its copy; should both be damaged, the zone is taken as full: all of it can be read, where the
 * checksums of whoever wrote there decide what counts, and its next reset makes it whole. Copies that differ are made
 * alike when something else is written: who only looks writes nothing. Files of an earlier version have one copy, and
 * get the other when they are first written to and there is room for it.
 *
 * <p>A flush costs what changed since the last, not what zones there are.
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
    /** As it was last read from the file or written to it. */
    private final MemorySegment table;

    private final ByteBuffer entries;
    /** The block that is being made. */
    private final MemorySegment next;

    private final ByteBuffer nextEntries;
    /** Blocks that the file may have otherwise. */
    private final BitSet doubtful = new BitSet();
    /** Blocks that were written since the file was opened. */
    private final BitSet written = new BitSet();
    /** Blocks whose copies were found to differ. */
    private final BitSet unlike = new BitSet();

    private boolean headersAreSound;
    private boolean hasCopy;
    private boolean touched;
    /** Number of the last change. */
    private long change;

    /** The table of a file with those headers. */
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

    /** Reads it and puts the zones into the states that it says. */
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
                        () -> "the entries of " + lost + " zones in the zone table of " + file.name()
                                + " are damaged; these zones are taken as full until they are reset");
            }
        }
    }

    private void compare(MemorySegment copy) {
        long differs = table.mismatch(copy);
        // Past the first difference block by block: rarely any.
        for (long block = differs / BLOCK; differs >= 0 && block * BLOCK < table.byteSize(); block++) {
            long offset = block * BLOCK;
            if (stored((int) block).mismatch(copy.asSlice(offset, BLOCK)) != -1) {
                unlike.set((int) block);
            }
        }
    }

    /** How many zones are in a state that is not known. */
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

    /** False when the zone's state is not known. */
    private boolean restore(int zone, ZoneEntryBatch batch, ZoneEntryBatch copies) {
        ZoneEntryBatch counting = isValid(batch, zone) ? batch : null;
        boolean copyCounts = unlike.get(blockOf(zone))
                && isValid(copies, zone)
                && (counting == null || copies.change(zone) > counting.change(zone));
        if (copyCounts) {
            counting = copies;
            ZoneEntryLayout.write(
                    entries, zone, zone, copies.condition(zone), copies.writtenBytes(zone), copies.change(zone));
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
        states.restore(zone, counting.condition(zone), counting.writtenBytes(zone));
        change = Math.max(change, counting.change(zone));
        return true;
    }

    private boolean isValid(ZoneEntryBatch batch, int zone) {
        return batch.isValid(zone)
                && batch.writtenBytes(zone) <= states.capacityBytes(zone)
                && states.isConventional(zone) == (batch.condition(zone) == ZoneCondition.NOT_WRITE_POINTER);
    }

    /** Writes it for the first time. */
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
     * Before the first change since the file was opened: repairs what was found damaged, and adds what a file of an
     * earlier version lacks.
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

    /** Writes all that changed, without making it durable. */
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
     * Makes a zone's new state durable, without letting other zones' unflushed write pointers slip in.
     *
     * @param afterwards brings about the state in memory
     */
    synchronized void persist(int zone, ZoneCondition condition, long writtenBytes, Runnable afterwards) {
        int block = blockOf(zone);
        begin(block);
        if (update(zone, condition, writtenBytes) || doubtful.get(block)) {
            writeNext(block);
            try {
                flush();
            } catch (RuntimeException | Error e) {
                // The file may have it already, and must not, should the caller leave it at that.
                states.markChanged(zone);
                throw e;
            }
        }
        afterwards.run();
    }

    /** Makes durable what was written. */
    void flush() {
        try {
            file.flush();
        } catch (DeviceException e) {
            flushFailed();
            throw e;
        }
    }

    /** A flush of the file has failed, whoever asked for it. */
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

    /** Puts a zone's entry into the block that is being made, unless it is there. */
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
