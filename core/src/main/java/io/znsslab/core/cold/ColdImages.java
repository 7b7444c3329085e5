package io.znsslab.core.cold;

/** Receives all slabs with an image on the cold tier, epoch by epoch. */
public interface ColdImages {
    /** An epoch, to which the slabs that follow belong. */
    void epoch(ColdEpoch epoch);

    /** A slab of that epoch. The object is filled again for the next slab. */
    void image(ColdImage image);
}
