package io.znsslab.tier.recovery;

import java.util.Arrays;

/**
 * Gives each slab id a small number, its index in tables. Ids are issued in rows, and the log records them in rows:
 * neighbours get neighbouring indexes, 16 at a time, so that an id is hardly ever looked up. For one thread.
 */
final class SlabIndex {
    private static final int ROW_SHIFT = 4;
    /** Number of ids, and of indexes, in a row. */
    static final int ROW_IDS = 1 << ROW_SHIFT;

    private static final int FIRST_ROWS = 1 << 6;
    /** Keys are ids without their last bits, so none is negative. */
    private static final int NO_KEY = -1;

    /** For each row, the ids in it without their last bits. */
    private int[] keys = new int[FIRST_ROWS];

    private int rows;
    /** By hash: the number of a row, plus 1; 0 where there is none. At most half of the table is taken. */
    private int[] hashed = new int[2 * FIRST_ROWS];

    private int lastKey = NO_KEY;
    private int lastRow;

    /** The id's index, which the id gets now if it has none. */
    int assign(int id) {
        int key = id >>> ROW_SHIFT;
        if (key != lastKey) {
            lastRow = rowOf(key);
            if (lastRow < 0) {
                lastRow = addRow(key);
            }
            lastKey = key;
        }
        return lastRow << ROW_SHIFT | (id & (ROW_IDS - 1));
    }

    /** The id's index; a negative number if neither the id nor a near one has an index. */
    int find(int id) {
        int row = rowOf(id >>> ROW_SHIFT);
        return row < 0 ? row : row << ROW_SHIFT | (id & (ROW_IDS - 1));
    }

    /** All indexes are below this. */
    int bound() {
        return rows << ROW_SHIFT;
    }

    /** The id that has an index. */
    long idAt(int index) {
        return (long) keys[index >>> ROW_SHIFT] << ROW_SHIFT | (index & (ROW_IDS - 1));
    }

    /**
     * The first indexes of all rows, by ascending ids; the {@link #ROW_IDS} indexes from each of them on belong to ids
     * that follow each other.
     */
    int[] rowsById() {
        long[] order = new long[rows];
        for (int row = 0; row < rows; row++) {
            order[row] = (long) keys[row] << Integer.SIZE | row << ROW_SHIFT;
        }
        Arrays.sort(order);
        return Arrays.stream(order).mapToInt(entry -> (int) entry).toArray();
    }

    private int rowOf(int key) {
        return hashed[slotOf(key)] - 1;
    }

    private int slotOf(int key) {
        int mask = hashed.length - 1;
        int slot = ((key * 0x9E3779B1) >>> 7) & mask;
        while (hashed[slot] != 0 && keys[hashed[slot] - 1] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int addRow(int key) {
        if (rows == keys.length) {
            // Indexes are ints.
            keys = Arrays.copyOf(keys, Math.multiplyExact(rows, 2 * ROW_IDS) / ROW_IDS);
            hashed = new int[2 * keys.length];
            for (int row = 0; row < rows; row++) {
                hashed[slotOf(keys[row])] = row + 1;
            }
        }
        keys[rows] = key;
        hashed[slotOf(key)] = ++rows;
        return rows - 1;
    }
}
