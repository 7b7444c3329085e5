package io.znsslab.core.cold;

/**
 * Walks through all that has an image on the cold tier, in pieces, so that other work can be done in between. What has
 * an image from before it was made until its end is shown once; what changes meanwhile may be shown either way, or not
 * at all. For one thread.
 */
@FunctionalInterface
public interface ColdImageCursor {
    /**
     * Shows what comes next.
     *
     * @param most how many slabs are looked at, at most; those without an image count as well
     * @return false at the end
     */
    boolean show(ColdImages receiver, int most);
}
