package io.znsslab.tier.zone;

import io.znsslab.tier.device.Uninterruptibly;
import java.util.concurrent.locks.LockSupport;

/** A thread that resets dead zones, so that nobody who frees a slab waits for a device. */
public final class ZoneReclaimer implements AutoCloseable {
    private static final long READER_CHECK_NANOS = 1_000_000;

    private final ZoneAllocator zones;
    private final Thread thread;
    // Not the thread's permit alone: a reset that waits for the log uses that up.
    private volatile boolean signalled;
    private volatile boolean closed;

    /** Starts it. */
    public ZoneReclaimer(ZoneAllocator zones) {
        this.zones = zones;
        thread = Thread.ofPlatform().daemon().name("zns-slab-zones").unstarted(this::run);
        thread.start();
    }

    /** Tells it that a zone died. Any thread may call. */
    public void signal() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            signalled = false;
            int left = zones.resetDeadZones();
            zones.tellOfResets();
            if (closed) {
                // The wake-up may have been taken by a wait within.
                return;
            }
            if (left > 0) {
                // Somebody still reads them, and doesn't tell when he is done.
                LockSupport.parkNanos(this, READER_CHECK_NANOS);
            } else {
                awaitSignal();
            }
        }
    }

    private void awaitSignal() {
        while (!signalled && !closed) {
            LockSupport.park(this);
        }
    }

    /** Waits for a reset under way, then ends. Zones that are dead by then stay so on the device. */
    @Override
    public void close() {
        closed = true;
        signal();
        Uninterruptibly.join(thread);
    }
}
