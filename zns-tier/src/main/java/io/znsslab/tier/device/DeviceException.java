package io.znsslab.tier.device;

import io.znsslab.core.ZnsSlabException;

/**
 * A zoned device could not be opened, or refused or failed a request. The message is one line that stands on its own.
 */
public final class DeviceException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is, for those who react to it. */
    public enum Problem {
        /** There is nothing at that path. */
        MISSING,
        /** It is neither a zoned block device nor a zoned device file of ours. */
        NOT_ZONED,
        /**
         * It reports zones that no device can have, see {@code ReportedZones}; the message names the zone and what is
         * wrong with it.
         */
        INVALID_REPORT,
        /** Somebody else has it open, or it is mounted. */
        BUSY,
        /** We may not use it. */
        ACCESS_DENIED,
        /** This process may not use io_uring, or this kernel has none that will do. */
        NO_RING,
        /** It holds something that is not ours, or is in the way. */
        FOREIGN,
        /** A write that does not start at the zone's write pointer. */
        OFF_WRITE_POINTER,
        /** A read of what was never written. */
        BEYOND_WRITE_POINTER,
        /** Outside the device, across a zone's end or capacity, or not in whole blocks. */
        OUT_OF_RANGE,
        /** No further zone can be opened. */
        TOO_MANY_OPEN_ZONES,
        /** No further zone can be partly written. */
        TOO_MANY_ACTIVE_ZONES,
        /** The zone's condition does not allow it. */
        ZONE_CONDITION,
        /** The zone is read-only or offline. */
        ZONE_FAULT,
        /**
         * No zone is left for further data, or what lies below the device has no room. What was to be written stays
         * where it was.
         */
        FULL,
        /** The medium, or the way to it, failed. */
        IO_ERROR,
        /** The medium holds something that does not check: not what was once written there. */
        CORRUPT
    }

    private final Problem problem;

    /** A problem that the operating system or the device reported through {@code cause}. */
    public DeviceException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** A problem that we found ourselves. */
    public DeviceException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    /** What kind of trouble it is. */
    public Problem problem() {
        return problem;
    }
}
