package io.znsslab.tier.scrub;

/** Receives how far the mending of a store has come. */
@FunctionalInterface
public interface MendProgress {
    /** Ignores it. */
    MendProgress NONE = (done, total) -> {};

    /**
     * Another moment has passed.
     *
     * @param doneSlabs live slabs that were moved so far
     * @param totalSlabs live slabs in the zones that are emptied, as many as there were at the beginning
     */
    void moved(long doneSlabs, long totalSlabs);
}
