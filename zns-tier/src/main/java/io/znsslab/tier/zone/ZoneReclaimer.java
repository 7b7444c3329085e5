package io.znsslab.tier.zone;

import io.znsslab.tier.device.Uninterruptibly;
import java.util.concurrent.locks.LockSupport;

/** A thread that resets dead zones, so that nobody who frees a slab waits for a device. */
public final class ZoneReclaimer implements AutoCloseable {
    private final ZoneAllocator zones;
    private final Thread thread;
    private volatile boolean closed;

    /** Starts it. */
    public ZoneReclaimer(ZoneAllocator zones) {
        this.zones = zones;
        thread = Thread.ofPlatform().daemon().name("zns-slab-zones").unstarted(this::run);
        thread.start();
    }

    /** Tells it that a zone died. Any thread may call. */
    public void signal() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            zones.resetDeadZones();
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
