package io.znsslab.tier.metrics;

import io.znsslab.tier.ZnsTier;
import java.util.Objects;
import jdk.jfr.FlightRecorder;

/**
 * Gives a tier's figures to Java Flight Recorder for as long as it is open: the event {@code io.znsslab.ColdTier}, by
 * default every 10 s while a recording runs. Close it before the allocator that the tier belongs to. Thread-safe.
 */
public final class TierRecording implements AutoCloseable {
    private final ZnsTier tier;
    private final Runnable sample = this::commit;
    private boolean open = true;

    private TierRecording(ZnsTier tier) {
        this.tier = tier;
    }

    /** Starts to give the tier's figures to Flight Recorder. */
    public static TierRecording of(ZnsTier tier) {
        TierRecording recording = new TierRecording(Objects.requireNonNull(tier, "tier must not be null"));
        FlightRecorder.addPeriodicEvent(TierEvent.class, recording.sample);
        return recording;
    }

    // Synchronized with close, after which the tier may be gone.
    private synchronized void commit() {
        if (open) {
            TierEvent.of(tier.device().name(), tier.statistics()).commit();
        }
    }

    /** Stops the samples: once this returns, the tier is not read any more. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            FlightRecorder.removePeriodicEvent(sample);
        }
    }
}
