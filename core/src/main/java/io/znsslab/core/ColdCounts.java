package io.znsslab.core;

import java.util.concurrent.atomic.LongAdder;

/** What went from one tier to the other so far. Thread-safe. */
final class ColdCounts {
    final LongAdder slabsPromoted = new LongAdder();
    final LongAdder slabsWritten = new LongAdder();
    final LongAdder slabsRewritten = new LongAdder();
    final LongAdder slabsDroppedUnchanged = new LongAdder();

    ColdTotals totals(long epochsDemotedUnderPressure) {
        return new ColdTotals(
                slabsPromoted.sum(),
                slabsWritten.sum(),
                slabsRewritten.sum(),
                slabsDroppedUnchanged.sum(),
                epochsDemotedUnderPressure);
    }
}
