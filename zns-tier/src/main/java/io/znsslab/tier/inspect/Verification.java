package io.znsslab.tier.inspect;

import io.znsslab.tier.report.Loss;
import java.util.List;

/**
 * What a verification of a store found.
 *
 * @param bytesRead bytes that were read for it
 * @param nanos how long it took
 * @param slabs live slabs that were read
 * @param objects live objects in the sound ones
 * @param extents summaries that were read
 * @param damagedSlabs live slabs that can't be read as they were written
 * @param damagedObjects live objects in them, which are lost
 * @param damages each damage by its place, in the order of offsets within a kind; {@value #MOST_DAMAGES} at most
 * @param damagesLeftOut how many more there are
 * @param losses what an opening of the store would report as lost
 * @param zonesToEvacuate the zones of slabs whose header or a summary is damaged, or with a block that the device can't
 *     read, by ascending numbers: their slabs are better moved elsewhere
 */
public record Verification(
        long bytesRead,
        long nanos,
        long slabs,
        long objects,
        long extents,
        long damagedSlabs,
        long damagedObjects,
        List<Damage> damages,
        long damagesLeftOut,
        List<Loss> losses,
        List<Integer> zonesToEvacuate) {
    /** The most damages that are listed one by one. */
    public static final int MOST_DAMAGES = 10_000;

    /** Copies the lists. */
    public Verification {
        damages = List.copyOf(damages);
        losses = List.copyOf(losses);
        zonesToEvacuate = List.copyOf(zonesToEvacuate);
    }

    /** Whether everything is as it was written. */
    public boolean isSound() {
        return damages.isEmpty() && losses.isEmpty();
    }
}
