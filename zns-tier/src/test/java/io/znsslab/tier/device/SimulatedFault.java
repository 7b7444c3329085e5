package io.znsslab.tier.device;

import io.znsslab.bindings.Errno;

/** What can befall one operation on a {@link SimulatedDevice}. */
public enum SimulatedFault {
    /** Nothing is done; "Input/output error". */
    EIO(Errno.EIO),
    /** Nothing is done; "No space left on device". */
    ENOSPC(Errno.ENOSPC),
    /** Nothing is done; "Resource temporarily unavailable", again and again until who asks for it gives up. */
    EAGAIN(Errno.EAGAIN),
    /**
     * A transfer stops half-way, in whole blocks, and can't be continued; other operations fail as with {@link #EIO}.
     */
    SHORT(Errno.EIO),
    /** All of it is done, but reported as failed: the answer was lost. */
    TIMEOUT(Errno.ETIMEDOUT),
    /** Nothing is done and nothing is said until {@link SimulatedDevice#cancelStuck}. */
    STUCK(Errno.ECANCELED),
    /** The zone becomes read-only; writing and commands fail, reading succeeds. */
    ZONE_READ_ONLY(0),
    /** The zone goes offline, and everything in it is gone. */
    ZONE_OFFLINE(0),
    /** The process is killed: what is in flight is done or not; what is in the device's cache stays. */
    KILL(Errno.EIO),
    /** The power goes. */
    POWER_CUT(Errno.EIO);

    final int errno;

    SimulatedFault(int errno) {
        this.errno = errno;
    }

    /** Whether it ends the device for this process. */
    boolean endsDevice() {
        return this == KILL || this == POWER_CUT;
    }
}
