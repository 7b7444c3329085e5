package io.znsslab.tier.device;

import io.znsslab.bindings.Errno;

/** The faults of one operation on a {@link SimulatedDevice}. */
public enum SimulatedFault {
    /** The operation has no effect; "Input/output error". */
    EIO(Errno.EIO),
    /** The operation has no effect; "No space left on device". */
    ENOSPC(Errno.ENOSPC),
    /** The operation has no effect; "Resource temporarily unavailable", again and again until the caller gives up. */
    EAGAIN(Errno.EAGAIN),
    /**
     * A transfer stops half-way, in whole blocks, and can't be continued; other operations fail as with {@link #EIO}.
     */
    SHORT(Errno.EIO),
    /** The operation is carried out, but reported as failed: the answer was lost. */
    TIMEOUT(Errno.ETIMEDOUT),
    /** The operation has no effect and no answer until {@link SimulatedDevice#cancelStuck}. */
    STUCK(Errno.ECANCELED),
    /** The zone becomes read-only; writes and commands fail, reads succeed. */
    ZONE_READ_ONLY(0),
    /** The zone goes offline, and its content is lost. */
    ZONE_OFFLINE(0),
    /** The process is killed: each request in flight is done or not; data in the device's cache stays. */
    KILL(Errno.EIO),
    /** The power fails. */
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
