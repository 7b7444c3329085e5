package io.znsslab.tier.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of slabs that one demotion, or a collection of garbage, wrote into a zone, with the summary at its end.
 *
 * @param zone number of the zone
 * @param offsetBytes device offset of the first slab; of the summary, if that is damaged
 * @param summaryOffsetBytes device offset of the summary
 * @param sequence position in the order of writing, over the whole device
 * @param slabs its slabs in their order, dead ones included; empty if the summary is damaged
 * @param damage what is wrong with the summary; null if it is sound
 */
public record Extent(
        int zone,
        long offsetBytes,
        long summaryOffsetBytes,
        long sequence,
        List<SlabPlace> slabs,
        @Nullable String damage) {
    /** Copies the list of slabs. */
    public Extent {
        slabs = List.copyOf(slabs);
    }

    /** Number of its slabs that are live. */
    public int liveSlabs() {
        return (int) slabs.stream().filter(SlabPlace::isLive).count();
    }
}
