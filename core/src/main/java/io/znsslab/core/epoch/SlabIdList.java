package io.znsslab.core.epoch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The slab ids of an epoch, in order. Ids are handed out in chunks and come back in rows, so a complete list is mostly
 * runs of ids that count up or down by one: kept as such, a slab takes next to nothing here. A list that is no runs
 * stays as it is, four bytes a slab.
 *
 * <p>Thread-safe once it is complete.
 */
final class SlabIdList {
    /** What a run takes: its first id, and the number of ids before it with its direction. */
    private static final int INTS_OF_A_RUN = 2;

    private static final int[] NONE = {};

    private int[] ids = new int[16];
    private int count;
    /**
     * Null while the list is not kept as runs. Of each run the index of its first id, times two, plus one if it counts
     * down; then the first id of each.
     */
    private int @Nullable [] runs;

    void add(long slabId) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = (int) slabId;
    }

    /** Has room for so many more. */
    void expect(int more) {
        if (ids.length - count < more) {
            ids = Arrays.copyOf(ids, Math.addExact(count, more));
        }
    }

    /** No more will be added. Where the heap has no room for a smaller list, this one stays as it is. */
    void complete() {
        try {
            shrink();
        } catch (OutOfMemoryError e) {
            // The list is whole, and only larger than it could be.
            assert runs == null;
        }
    }

    private void shrink() {
        int found = 0;
        for (int from = 0; from < count; from = endOfRun(from)) {
            found++;
        }
        // An index is kept with a bit beside it.
        if (found * (long) INTS_OF_A_RUN < count && count < 1 << 30) {
            keepRuns(found);
        } else {
            ids = Arrays.copyOf(ids, count);
        }
    }

    private int endOfRun(int from) {
        int next = from + 1;
        if (next < count && Math.abs((long) ids[next] - ids[from]) == 1) {
            int step = ids[next] - ids[from];
            while (next < count && ids[next] - ids[next - 1] == step) {
                next++;
            }
        }
        return next;
    }

    private void keepRuns(int found) {
        int[] made = new int[found * INTS_OF_A_RUN];
        int run = 0;
        for (int from = 0; from < count; from = endOfRun(from)) {
            boolean countsDown = from + 1 < count && ids[from + 1] == ids[from] - 1;
            made[found + run] = ids[from];
            made[run++] = from << 1 | (countsDown ? 1 : 0);
        }
        runs = made;
        ids = NONE;
    }

    int size() {
        return count;
    }

    long get(int index) {
        if (runs == null) {
            return Integer.toUnsignedLong(ids[index]);
        }
        // The last run that begins at the index or before.
        int count = runs.length / INTS_OF_A_RUN;
        int found = Arrays.binarySearch(runs, 0, count, index << 1 | 1);
        int run = found >= 0 ? found : -found - 2;
        int distance = index - (runs[run] >>> 1);
        boolean countsDown = (runs[run] & 1) != 0;
        int firstId = runs[count + run];
        return Integer.toUnsignedLong(countsDown ? firstId - distance : firstId + distance);
    }

    /** Heap memory for ids. */
    long bytes() {
        int ints = runs == null ? ids.length : runs.length;
        return (long) ints * Integer.BYTES;
    }
}
