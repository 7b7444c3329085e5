package io.znsslab.core.cold;

/**
 * Walks through all slabs with an image on the cold tier, in pieces, so that other work can be done in between. A slab
 * that has an image from the cursor's making to its end is shown once; a slab that changes meanwhile may be shown as it
 * was, as it is, or not at all. For one thread.
 */
@FunctionalInterface
public interface ColdImageCursor {
    /**
     * Shows the next slabs.
     *
     * @param most the number of slabs to look at, at most; slabs without an image count as well
     * @return false at the end
     */
    boolean show(ColdImages receiver, int most);
}
