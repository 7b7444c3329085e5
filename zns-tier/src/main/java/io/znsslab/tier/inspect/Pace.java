package io.znsslab.tier.inspect;

import io.znsslab.core.ZnsSlabException;
import java.util.concurrent.locks.LockSupport;

/** Counts the bytes that a verification reads, tells its progress, and holds it back to a rate. For one thread. */
final class Pace {
    private static final double NANOS = 1e9;

    private final String device;
    private final long bytesPerSecond;
    private final VerifyProgress progress;
    private final long began = System.nanoTime();
    private long done;
    private long total;

    /** @param bytesPerSecond the most bytes in a second; 0 for no limit */
    Pace(String device, long bytesPerSecond, VerifyProgress progress) {
        this.device = device;
        this.bytesPerSecond = bytesPerSecond;
        this.progress = progress;
    }

    /** Sets how much there is to read. */
    void expect(long bytes) {
        total = bytes;
    }

    /** Notes what was read, and waits until that much may have been read. */
    void read(long bytes) {
        done += bytes;
        progress.verified(done, Math.max(done, total));
        if (bytesPerSecond == 0) {
            return;
        }
        long due = (long) (done * NANOS / bytesPerSecond);
        for (long now = nanos(); now < due; now = nanos()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ZnsSlabException("the verification of " + device + " was interrupted");
            }
            LockSupport.parkNanos(this, due - now);
        }
    }

    long bytes() {
        return done;
    }

    long nanos() {
        return System.nanoTime() - began;
    }
}
