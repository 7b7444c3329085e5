package io.znsslab.core;

import io.znsslab.core.store.EpochFacts;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of open epochs beside their slabs: label, lifetime, and when they were opened; by place in the ring.
 * Written by the thread that opens an epoch there, before the gate opens, which publishes it.
 */
final class EpochNotes {
    /** Milliseconds at which no epoch was opened. */
    private static final long NOT_NOTED = 0;

    private final String[] labels;
    private final long[] openedMillis;
    private final Lifetime[] lifetimes;

    /** Where epochs were opened; null if that is not traced. */
    private final @Nullable Throwable @Nullable [] openings;

    EpochNotes(int places, boolean traceOpenings) {
        this.labels = new String[places];
        this.openedMillis = new long[places];
        this.lifetimes = new Lifetime[places];
        this.openings = traceOpenings ? new @Nullable Throwable[places] : null;
    }

    void write(int ringIndex, EpochOptions options) {
        labels[ringIndex] = options.label();
        lifetimes[ringIndex] = options.lifetime();
        openedMillis[ringIndex] = System.currentTimeMillis();
        trace(ringIndex);
    }

    private void trace(int ringIndex) {
        if (openings != null) {
            openings[ringIndex] = new Throwable("the epoch was opened here, by " + Thread.currentThread());
        }
    }

    /**
     * Writes those of a domain's next epoch over those of its last.
     *
     * @param isShort whether it ends with the domain: the clock would be a third of what an empty domain costs
     */
    void writeNext(int ringIndex, boolean isShort) {
        if (!labels[ringIndex].isEmpty()) {
            labels[ringIndex] = "";
        }
        openedMillis[ringIndex] = isShort && openings == null ? NOT_NOTED : System.currentTimeMillis();
        trace(ringIndex);
    }

    String label(int ringIndex) {
        return labels[ringIndex];
    }

    Lifetime lifetime(int ringIndex) {
        return lifetimes[ringIndex];
    }

    /** When the epoch at that place was opened; where that was not noted, the first question notes it. */
    long openedMillis(int ringIndex) {
        long noted = openedMillis[ringIndex];
        if (noted != NOT_NOTED) {
            return noted;
        }
        long now = System.currentTimeMillis();
        openedMillis[ringIndex] = now;
        return now;
    }

    /** Where the epoch at that place was opened, if that is traced. */
    Optional<Throwable> opening(int ringIndex) {
        return openings == null ? Optional.empty() : Optional.ofNullable(openings[ringIndex]);
    }

    EpochFacts facts(int ringIndex) {
        return new EpochFacts(
                labels[ringIndex],
                lifetimes[ringIndex],
                Instant.ofEpochMilli(openedMillis(ringIndex)),
                Optional.empty());
    }
}
