package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The zone table in a device file. Thread-safe.
 *
 * <p>What is in memory follows the file, never the other way round: a block is made beside the table, written, and only then taken over. So whatever fails to be written is written by the next try. A block whose
 * writing or flushing failed may stand in the file as it was or as it should be; it is written again even if nothing in it changes any more. After a failed flush that goes for all that was ever written:
 * the kernel reports the loss of a block once, and counts it as written from then on.
 *
 * <p>A flush costs what changed since the last, not what zones there are.
 */
final class FileZoneTable implements AutoCloseable {
    private static final int BLOCK = FileHeaderLayout.BLOCK_BYTES;
    private static final int PER_BLOCK = BLOCK / ZoneEntryLayout.LENGTH;

    private final DeviceFile file;
    private final ZoneStates states;
    private final int zones;
    private final Arena arena = Arena.ofShared();
    /** As it was last read from the file or written to it. */
    private final MemorySegment table;
    /** The block that is being made. */
    private final MemorySegment next;
    /** Blocks that the file may have otherwise. */
    private final BitSet doubtful = new BitSet();
    /** Blocks that were written since the file was opened. */
    private final BitSet written = new BitSet();

    FileZoneTable(DeviceFile file, ZoneStates states, int zones) {
        this.file = file;
        this.states = states;
        this.zones = zones;
        table = arena.allocate(FileHeaderLayout.tableBytes(zones), BLOCK);
        next = arena.allocate(BLOCK, BLOCK);
    }

    /** Reads it and puts the zones into the states that it says. */
    synchronized void read() {
        file.read(FileHeaderLayout.TABLE_OFFSET, table);
        for (int zone = 0; zone < zones; zone++) {
            boolean valid = ZoneEntryLayout.isValid(table, zone)
                    && ZoneEntryLayout.writtenBytes(table, zone) <= states.capacityBytes(zone)
                    && states.isConventional(zone)
                            == (ZoneEntryLayout.condition(table, zone) == ZoneCondition.NOT_WRITE_POINTER);
            if (!valid) {
                throw new DeviceException(
                        Problem.CORRUPT,
                        "the entry of zone " + zone + " in the zone table of " + file.name()
                                + " is damaged; its write pointer is unknown");
            }
            states.restore(zone, ZoneEntryLayout.condition(table, zone), ZoneEntryLayout.writtenBytes(table, zone));
        }
        // That an open zone came back closed is no change of the file's: who only looks writes nothing.
        states.takeChanged();
    }

    /** Writes it for the first time. */
    synchronized void writeAll() {
        for (int zone = 0; zone < zones; zone++) {
            ZoneEntryLayout.write(table, zone, states.condition(zone), states.writtenBytes(zone));
        }
        file.write(FileHeaderLayout.TABLE_OFFSET, table);
        states.takeChanged();
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
        if (ZoneEntryLayout.condition(table, zone) == condition
                && ZoneEntryLayout.writtenBytes(table, zone) == writtenBytes) {
            return false;
        }
        ZoneEntryLayout.write(next, zone % PER_BLOCK, zone, condition, writtenBytes);
        return true;
    }

    private void writeNext(int block) {
        doubtful.set(block);
        written.set(block);
        file.write(FileHeaderLayout.TABLE_OFFSET + (long) block * BLOCK, next);
        stored(block).copyFrom(next);
        doubtful.clear(block);
    }

    @Override
    public void close() {
        arena.close();
    }
}
