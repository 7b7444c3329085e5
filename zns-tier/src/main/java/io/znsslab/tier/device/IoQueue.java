package io.znsslab.tier.device;

/**
 * A queue pair to a device for one thread at a time, as in NVMe and SPDK: requests go in, completions come out.
 *
 * <p>Not thread-safe, except {@link #wake}. A device may have many queues; they share nothing but the device.
 *
 * <p>Bounded: at most {@link #depth} requests are in flight. A user with more requests waits for completions.
 */
public interface IoQueue extends AutoCloseable {
    /** Most requests in flight. */
    int depth();

    /** Requests submitted and not yet completed. */
    int inFlight();

    /** Whether another request can be submitted now. */
    default boolean hasRoom() {
        return inFlight() < depth();
    }

    /**
     * Whether {@link #poll} is likely to complete something. False where {@link #await} is as good: nothing has
     * completed yet, as far as can be known without asking the kernel.
     */
    default boolean mayHaveCompletion() {
        return inFlight() > 0;
    }

    /**
     * Accepts a request. It reaches the device at the next {@link #poll} or {@link #await}, together with all others
     * submitted before that.
     *
     * @throws IllegalArgumentException when a queue to a real device is given a request with memory on the heap
     * @throws IllegalStateException when {@link #depth} requests are in flight already, or the queue is closed
     */
    void submit(IoRequest request);

    /**
     * Submits the accepted requests to the kernel and completes finished ones, or a part of them where they are many;
     * never waits.
     *
     * @return number of requests completed
     */
    int poll();

    /**
     * Submits the accepted requests to the kernel and completes finished ones, waiting for at least one completion or a
     * {@link #wake}. Returns at once when nothing is in flight and the queue can't be woken.
     *
     * @return number of requests completed; 0 when woken
     */
    int await();

    /**
     * Makes the owner's current or next {@link #await} return. Any thread may call; only for queues opened as wakeable.
     */
    void wake();

    /** Waits for all requests in flight, calling their {@code completed} as usual, then frees the queue. */
    @Override
    void close();
}
