package io.znsslab.core.epoch;

import java.util.Arrays;

/**
 * The slab ids of an epoch, in order. Ids are handed out in chunks and come back in rows, so a complete list is mostly runs of ids that count up or down by one: kept as such, a slab takes next to nothing here.
 * A list that is no runs stays as it is, four bytes a slab.
 *
 * <p>Thread-safe once it is complete.
 */
final class SlabIdList {
    /** What a run takes: its first id, and the number of ids before it with its direction. */
    private static final int INTS_OF_A_RUN = 2;

    private int[] ids = new int[16];
    private int count;
    /** First id of each run; null while the list is not kept as runs. */
    private int[] firstIds;
    /** Of each run: the index of its first id, times two, plus one if it counts down. */
    private int[] starts;

    void add(long slabId) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = (int) slabId;
    }

    /** No more will be added. */
    void complete() {
        int runs = 0;
        for (int from = 0; from < count; from = endOfRun(from)) {
            runs++;
        }
        // An index is kept with a bit beside it.
        if (runs * INTS_OF_A_RUN < count && count < 1 << 30) {
            keepRuns(runs);
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

    private void keepRuns(int runs) {
        firstIds = new int[runs];
        starts = new int[runs];
        int run = 0;
        for (int from = 0; from < count; from = endOfRun(from)) {
            boolean countsDown = from + 1 < count && ids[from + 1] == ids[from] - 1;
            firstIds[run] = ids[from];
            starts[run++] = from << 1 | (countsDown ? 1 : 0);
        }
        ids = null;
    }

    int size() {
        return count;
    }

    long get(int index) {
        if (firstIds == null) {
            return Integer.toUnsignedLong(ids[index]);
        }
        // The last run that begins at the index or before.
        int found = Arrays.binarySearch(starts, index << 1 | 1);
        int run = found >= 0 ? found : -found - 2;
        int distance = index - (starts[run] >>> 1);
        boolean countsDown = (starts[run] & 1) != 0;
        return Integer.toUnsignedLong(countsDown ? firstIds[run] - distance : firstIds[run] + distance);
    }

    /** Heap memory for ids. */
    long bytes() {
        int ints = firstIds == null ? ids.length : INTS_OF_A_RUN * firstIds.length;
        return (long) ints * Integer.BYTES;
    }
}
