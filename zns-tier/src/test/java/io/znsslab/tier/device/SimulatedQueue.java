package io.znsslab.tier.device;

import io.znsslab.tier.device.SimulatedDevice.Pending;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A queue to a {@link SimulatedDevice}. Waits for virtual time only, or for a wake-up if no request will complete by
 * itself.
 */
final class SimulatedQueue implements IoQueue {
    private final SimulatedDevice device;
    private final int depth;
    private final boolean wakeable;
    /** Under the device's lock. */
    private final List<Pending> pending = new ArrayList<>();

    private boolean woken;
    private boolean closed;

    SimulatedQueue(SimulatedDevice device, int depth, boolean wakeable) {
        this.device = device;
        this.depth = depth;
        this.wakeable = wakeable;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int inFlight() {
        synchronized (device.lock) {
            return pending.size();
        }
    }

    @Override
    public void submit(IoRequest request) {
        synchronized (device.lock) {
            if (closed || pending.size() == depth) {
                throw new IllegalStateException(
                        "queue to " + device.name() + (closed ? " is closed" : " is full: " + depth + " in flight"));
            }
            pending.add(device.accept(request));
        }
    }

    @Override
    public int poll() {
        List<Pending> due;
        synchronized (device.lock) {
            device.passUntil(device.now() + 1);
            due = takeDue();
        }
        return complete(due);
    }

    @Override
    public int await() {
        List<Pending> due;
        synchronized (device.lock) {
            passUntilSomethingIsDue();
            due = takeDue();
            boolean interrupted = false;
            while (due.isEmpty() && !woken && (wakeable || !pending.isEmpty())) {
                try {
                    device.lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                due = takeDue();
            }
            woken = false;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return complete(due);
    }

    private void passUntilSomethingIsDue() {
        pending.stream()
                .filter(found -> !SimulatedDevice.isStuck(found))
                .mapToLong(found -> found.due)
                .min()
                .ifPresent(device::passUntil);
    }

    /** Completes the requests that are done by now, in their order. Under the lock. */
    private List<Pending> takeDue() {
        List<Pending> due = new ArrayList<>();
        for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
            Pending found = all.next();
            if (device.isDue(found, device.now())) {
                due.add(found);
                all.remove();
            }
        }
        due.sort((one, other) -> Long.compare(one.due, other.due));
        for (Pending found : due) {
            found.failure = device.perform(found);
        }
        return due;
    }

    /** Calls completions without the lock, since they may do anything. */
    private static int complete(List<Pending> due) {
        for (Pending found : due) {
            found.request.completed(found.failure);
        }
        return due.size();
    }

    @Override
    public void wake() {
        if (!wakeable) {
            throw new IllegalStateException("queue to " + device.name() + " was not opened as wakeable");
        }
        synchronized (device.lock) {
            woken = true;
            device.lock.notifyAll();
        }
    }

    @Override
    public void close() {
        synchronized (device.lock) {
            if (closed) {
                return;
            }
        }
        while (inFlight() > 0) {
            await();
        }
        synchronized (device.lock) {
            closed = true;
        }
        device.queueClosed();
    }
}
