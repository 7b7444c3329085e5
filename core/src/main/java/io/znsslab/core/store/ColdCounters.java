package io.znsslab.core.store;

import io.znsslab.core.statistics.ColdStatistics;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes from one tier to the other. Thread-safe. */
public final class ColdCounters {
    public final LongAdder slabsPromoted = new LongAdder();
    public final LongAdder slabsWritten = new LongAdder();
    public final LongAdder slabsRewritten = new LongAdder();
    public final LongAdder slabsDroppedUnchanged = new LongAdder();
    public final LongAdder slabsWrittenBack = new LongAdder();
    public final LongAdder epochsEvicted = new LongAdder();
    public final LongAdder slabsEvicted = new LongAdder();

    public ColdStatistics statistics(long epochsDemotedUnderPressure) {
        return new ColdStatistics(
                slabsPromoted.sum(),
                slabsWritten.sum(),
                slabsRewritten.sum(),
                slabsDroppedUnchanged.sum(),
                epochsDemotedUnderPressure,
                slabsWrittenBack.sum(),
                epochsEvicted.sum(),
                slabsEvicted.sum());
    }
}
