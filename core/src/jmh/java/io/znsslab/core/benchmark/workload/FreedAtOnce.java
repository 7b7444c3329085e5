package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.Places;

/** Pattern A: each object is freed before the next is allocated. */
final class FreedAtOnce implements Workload {
    private final Places places;
    private final int bytes;

    FreedAtOnce(ObjectMemory memory, int bytes) {
        this.places = memory.places(1);
        this.bytes = bytes;
    }

    @Override
    public int run() {
        for (int pair = 0; pair < BATCH; pair++) {
            places.allocateAndFree(bytes);
        }
        return BATCH;
    }
}
