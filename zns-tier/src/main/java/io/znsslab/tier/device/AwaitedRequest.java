package io.znsslab.tier.device;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request whose submitter polls the queue until the request is complete. It may be described and submitted again
 * then. For the thread that polls the queue.
 */
public final class AwaitedRequest extends IoRequest {
    private boolean inFlight;
    private @Nullable DeviceException failure;

    /** Makes a request that has yet to be described, as a read, a write or a flush. */
    public AwaitedRequest() {
        // Nothing is in flight.
    }

    /** Submits the request, which was described before. */
    public void submitTo(IoQueue queue) {
        Objects.requireNonNull(queue, "queue must not be null").submit(this);
        inFlight = true;
    }

    @Override
    protected void completed(@Nullable DeviceException outcome) {
        failure = outcome;
        inFlight = false;
    }

    /** Whether it was submitted and is not complete. */
    public boolean isInFlight() {
        return inFlight;
    }

    /** Throws the error with which the completed request ended, if it did. */
    public void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }
}
