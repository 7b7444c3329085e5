package io.znsslab.core.cold;

/** Receives all that has an image on the cold tier, epoch by epoch. */
public interface ColdImages {
    /** An epoch; what follows is of it. */
    void epoch(ColdEpoch epoch);

    /** A slab of it. The object is used again for the next. */
    void image(ColdImage image);
}
