package io.znsslab.core.epoch;

import io.znsslab.core.cold.ColdEpoch;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.function.ObjLongConsumer;

/**
 * When epochs are to be discarded, as far as that was said of them, in whichever state and tier they are. An epoch's
 * entry is there until the epoch has been discarded, so that what the cold tier writes meanwhile says so, too.
 * Thread-safe.
 */
public final class EpochEnds {
    private final Map<Long, Instant> ends = new ConcurrentHashMap<>();

    /** Has the epoch end at that time, in place of another. */
    public void put(long epoch, Instant at) {
        ends.put(epoch, at);
    }

    /** Takes over what an earlier run has said of an epoch. */
    public void restore(ColdEpoch epoch) {
        if (epoch.expiresMillis() != ColdEpoch.NO_EXPIRY) {
            put(epoch.number(), Instant.ofEpochMilli(epoch.expiresMillis()));
        }
    }

    /** Whether the epoch is to end at that very time. */
    public boolean isAt(long epoch, Instant at) {
        return at.equals(ends.get(epoch));
    }

    /** Forgets the epoch's end, unless it was set to another time meanwhile. */
    public void remove(long epoch, Instant at) {
        ends.remove(epoch, at);
    }

    /** Forgets the ends of such epochs. */
    public void removeIf(LongPredicate epochs) {
        ends.keySet().removeIf(epochs::test);
    }

    /** Passes on all. */
    public void forEach(ObjLongConsumer<Instant> receiver) {
        ends.forEach((epoch, at) -> receiver.accept(at, epoch));
    }

    /** As {@link ColdEpoch#expiresMillis}. */
    public long millis(long epoch) {
        Instant at = ends.get(epoch);
        if (at == null) {
            return ColdEpoch.NO_EXPIRY;
        }
        try {
            return at.toEpochMilli();
        } catch (ArithmeticException e) {
            // some 292 million years from now, or before
            return at.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : ColdEpoch.NO_EXPIRY;
        }
    }

    /** When the epoch is to be discarded; empty for one that has no end, or none for 292 million years. */
    public Optional<Instant> of(long epoch) {
        return millis(epoch) == ColdEpoch.NO_EXPIRY ? Optional.empty() : Optional.ofNullable(ends.get(epoch));
    }
}
