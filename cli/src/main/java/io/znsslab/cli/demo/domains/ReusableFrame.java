package io.znsslab.cli.demo.domains;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A frame that is used again and again: one domain over one epoch, entered for each round and left after it. Leaving
 * does not close the epoch: its objects are there in the next round, and an object that is freed makes room for the
 * next one of its size. So the rounds after the first take no new memory.
 */
final class ReusableFrame {
    private static final int ENTRIES = 10_000;
    private static final int ENTRY_BYTES = 100;
    private static final int REPLACED_EACH = 4;

    private ReusableFrame() {}

    static void run(SlabAllocator store, Boundaries boundaries) {
        long epoch = store.advanceEpoch("reusable frame");
        EpochDomain frame = store.wrapDomain(epoch);
        long[] handles = new long[ENTRIES];
        for (int round = 1; round <= 3; round++) {
            try (EpochDomain entered = frame.enter()) {
                for (int entry = 0; entry < ENTRIES; entry++) {
                    if (round == 1 || entry % REPLACED_EACH == 0) {
                        store.free(handles[entry]);
                        handles[entry] = entered.allocateHandle(ENTRY_BYTES);
                    }
                    MemorySegment payload = entered.resolve(handles[entry]);
                    payload.set(ValueLayout.JAVA_LONG, 0, round);
                }
                boundaries.at("round " + round + " done");
            }
            boundaries.at("round " + round + " left");
        }
        store.closeEpoch(epoch, Disposition.DISCARD).join();
        store.trim();
        boundaries.at("frame closed");
    }
}
