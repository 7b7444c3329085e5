package io.znsslab.tier.demote;

/**
 * Asked when no zone is left for a demotion: whether to wait for one instead of refusing it. Called by the writing
 * thread; must not wait.
 */
@FunctionalInterface
public interface RoomToCome {
    /**
     * Whether a zone may become empty. Who answers yes calls {@link Demoter#wake} when the answer may have changed.
     *
     * @param waitedNanos how long that demotion has waited in a row; 0 the first time
     */
    boolean mayCome(long waitedNanos);
}
