package io.znsslab.tier.demote;

/**
 * Says whether a demotion that finds no zone should wait for one instead of being refused. Called by the writer thread;
 * must not wait.
 */
@FunctionalInterface
public interface SpaceForecast {
    /**
     * Whether a zone may become empty. An implementation that says yes calls {@link Demoter#wake} when the answer may
     * have changed.
     *
     * @param waitedNanos how long the demotion has waited without a break; 0 the first time
     */
    boolean mayFreeZone(long waitedNanos);
}
