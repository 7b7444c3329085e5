package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.Places;

/** Pattern B: a thousand objects are allocated, then all of them freed in random order. */
final class ThousandLive implements Workload {
    private final Places places;
    private final int bytes;
    private final int[] order;

    ThousandLive(ObjectMemory memory, int bytes, long seed) {
        this.places = memory.places(BATCH);
        this.bytes = bytes;
        this.order = Shuffle.of(BATCH, seed);
    }

    @Override
    public int run() {
        for (int place = 0; place < BATCH; place++) {
            places.allocate(place, bytes);
        }
        for (int place : order) {
            places.free(place);
        }
        return BATCH;
    }
}
