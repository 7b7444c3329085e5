package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.benchmark.child.Answer;
import java.nio.file.Path;

/** Runs all measurements of memory, one after the other, in a JVM of their own. */
public final class FootprintMain {
    private FootprintMain() {}

    /**
     * Measures and writes a {@link Footprint}.
     *
     * @param arguments file for the answer, allocations in the long run, pairs of each churning thread
     */
    public static void main(String[] arguments) throws Exception {
        long cycles = Long.parseLong(arguments[1]);
        long pairs = Long.parseLong(arguments[2]);
        double metadataShare = MetadataShare.measure();
        SlabEfficiency.Churned alone = SlabEfficiency.measure(1, pairs);
        SlabEfficiency.Churned together = SlabEfficiency.measure(2, pairs);
        MemoryReturn.Returned returned = MemoryReturn.measure(cycles);
        Answer.write(
                Path.of(arguments[0]),
                new Footprint(
                        alone.slabsOverIdeal(),
                        together.slabsOverIdeal(),
                        alone.fastPathShare(),
                        alone.withinClaimShare(),
                        returned.worstShareAfterClose(),
                        returned.growth(),
                        returned.cycles(),
                        metadataShare));
    }
}
