package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.footprint.Footprint;
import io.znsslab.core.benchmark.footprint.FootprintMain;
import java.io.IOException;
import java.util.List;

/** The memory cost of this allocator. Counts hardly vary, so only the first round measures it. */
record FootprintMeasurement(Settings settings) implements Measurement {
    static final FigureKey SLABS_ONE_THREAD = FigureKey.footprint("slabs in use / fewest possible, 1 thread");
    static final FigureKey SLABS_TWO_THREADS =
            FigureKey.footprint("slabs in use / fewest possible, 2 threads free each other's");
    static final FigureKey FAST_PATH = FigureKey.footprint("allocations that opened no slab");
    static final FigureKey WITHIN_CLAIM = FigureKey.footprint("allocations that needed no refill");
    static final FigureKey RSS_AFTER_CLOSE = FigureKey.footprint("arena RSS after a close / before, worst");
    static final FigureKey RSS_GROWTH = FigureKey.footprint("arena RSS late in the long run / early");
    static final FigureKey METADATA = FigureKey.footprint("book-keeping / slabs");

    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        if (round > 1) {
            return;
        }
        try {
            Footprint footprint = ChildJvm.ask(
                    FootprintMain.class,
                    Footprint.class,
                    List.of("-XX:+AlwaysPreTouch"),
                    settings.effort().residentCycles,
                    settings.effort().churnedPairs);
            figures.put(SLABS_ONE_THREAD, round, footprint.slabsOverIdealOneThread());
            figures.put(SLABS_TWO_THREADS, round, footprint.slabsOverIdealTwoThreads());
            figures.put(FAST_PATH, round, footprint.fastPathShare());
            figures.put(WITHIN_CLAIM, round, footprint.withinClaimShare());
            figures.put(RSS_AFTER_CLOSE, round, footprint.rssShareAfterClose());
            figures.put(RSS_GROWTH, round, footprint.rssGrowth());
            figures.put(METADATA, round, footprint.metadataShare());
        } catch (ChildFailedException e) {
            figures.fail("footprint: " + e.getMessage());
        }
    }
}
