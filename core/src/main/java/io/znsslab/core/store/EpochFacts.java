package io.znsslab.core.store;

import io.znsslab.core.Lifetime;
import io.znsslab.core.epoch.ClosedEpoch;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an epoch whatever it holds.
 *
 * @param label what the application called it
 * @param lifetime how long its objects are expected to live
 * @param opened when it was opened
 * @param closed when this run closed it; empty if it has not
 */
public record EpochFacts(String label, Lifetime lifetime, Instant opened, Optional<Instant> closed) {
    /** Nothing is known of an epoch that has drained. */
    public static final EpochFacts NONE = new EpochFacts("", Lifetime.UNSTATED, Instant.EPOCH, Optional.empty());

    /** What is known of a closed epoch. */
    public static EpochFacts of(ClosedEpoch epoch) {
        long closedMillis = epoch.closedMillis();
        return new EpochFacts(
                epoch.label(),
                Lifetime.of(epoch.lifetime()),
                Instant.ofEpochMilli(epoch.openedMillis()),
                closedMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(closedMillis)));
    }
}
