package io.znsslab.tier.transfer;

/** Receives the new handle of each object that was imported as a copy. */
@FunctionalInterface
public interface HandleMap {
    /** The object that had one handle in the exported store has another one now. */
    void copied(long exported, long imported);
}
