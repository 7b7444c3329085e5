package io.znsslab.core.slab;

import io.znsslab.bindings.Membarrier;
import io.znsslab.core.registry.Backoff;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits until every section that began before has ended; then what no later section can find may be changed or reused
 * (read-copy-update, McKenney; epochs, Fraser 2004, section 5.2.3).
 *
 * <p>A thread within a reader section must not call these methods: it would wait for itself. Thread-safe.
 */
public final class GracePeriod {
    private final Stripes stripes;
    private final ReentrantLock phaseLock = new ReentrantLock();
    private volatile int phase;

    /** Grace periods for the sections of these stripes. */
    public GracePeriod(Stripes stripes) {
        this.stripes = stripes;
    }

    /** The phase that a shared reader section begins in; volatile. */
    int lvPhase() {
        return phase;
    }

    /**
     * Waits until the owner sections of the epoch's users that are under way have ended, save those of {@code self}.
     */
    public void awaitOwners(@Nullable Stripe self, int ringIndex) {
        fenceOwners();
        for (int index = stripes.nextUser(ringIndex, 0); index >= 0; index = stripes.nextUser(ringIndex, index + 1)) {
            if (stripes.get(index) != self) {
                awaitOwner(stripes.get(index));
            }
        }
    }

    /** Waits until every owner section that is under way has ended. The caller is in none. */
    public void awaitAllOwners() {
        fenceOwners();
        for (int index = 0; index < stripes.count(); index++) {
            awaitOwner(stripes.get(index));
        }
    }

    /** Waits until the owner section of an owned stripe that is under way has ended. */
    static void awaitOneOwner(Stripe stripe) {
        fenceOwners();
        awaitOwner(stripe);
    }

    private static void fenceOwners() {
        if (Membarrier.supported()) {
            Membarrier.barrier();
        } else {
            VarHandle.fullFence();
        }
    }

    private static void awaitOwner(Stripe stripe) {
        if (stripe.isShared()) {
            stripe.awaitLockHolder();
            return;
        }
        // Any moment outside a section will do: the next section sees what the caller wrote before its fence.
        for (int tries = 0; stripe.laIsWithinSection() && !stripe.isOrphaned(); tries++) {
            Backoff.pause(tries);
        }
    }

    /** Waits until the reader sections that are under way have ended. */
    public void awaitReaders() {
        VarHandle.fullFence();
        for (Stripe stripe : stripes.claimed()) {
            long seen = stripe.lvReading();
            for (int tries = 0; (seen & 1) != 0 && stripe.lvReading() == seen && !stripe.isOrphaned(); tries++) {
                Backoff.pause(tries);
            }
        }
        if (stripes.areShared() && anySharedReader()) {
            awaitSharedReaders();
        }
    }

    private boolean anySharedReader() {
        for (int index = stripes.ownedCount(); index < stripes.count(); index++) {
            Stripe stripe = stripes.get(index);
            if (stripe.lvSharedReaders(0) != 0 || stripe.lvSharedReaders(1) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * New readers count in the other phase, so that a steady stream of them can't keep this waiting; twice, since a
     * reader may have read the phase before the change and count after it.
     */
    private void awaitSharedReaders() {
        phaseLock.lock();
        try {
            for (int round = 0; round < 2; round++) {
                int old = phase;
                phase = 1 - old;
                for (int index = stripes.ownedCount(); index < stripes.count(); index++) {
                    Stripe stripe = stripes.get(index);
                    for (int tries = 0; stripe.lvSharedReaders(old) != 0; tries++) {
                        Backoff.pause(tries);
                    }
                }
            }
        } finally {
            phaseLock.unlock();
        }
    }
}
