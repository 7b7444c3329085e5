package io.znsslab.core.registry;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what ends soon: at first by spinning, then by short sleeps, in which a virtual thread leaves its carrier to
 * others. Thread-safe.
 */
public final class Backoff {
    private static final int SPINS = 200;
    private static final int PARK_NANOS = 20_000;

    private Backoff() {}

    /**
     * Waits a little. An interrupt neither ends the wait nor gets lost: an interrupted thread would otherwise not sleep
     * at all, and keep a processor from the thread that it waits for.
     */
    public static void pause(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
            return;
        }
        if (Thread.interrupted()) {
            sleepInterrupted();
        } else {
            LockSupport.parkNanos(PARK_NANOS);
        }
    }

    /** Sleeps without parking, for which an interrupt leaves a permit. */
    private static void sleepInterrupted() {
        try {
            Thread.sleep(0, PARK_NANOS);
        } catch (InterruptedException again) {
            // is noted below, as the one before
        } finally {
            Thread.currentThread().interrupt();
        }
    }
}
