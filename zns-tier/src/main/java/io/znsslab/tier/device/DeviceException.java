package io.znsslab.tier.device;

import io.znsslab.core.ZnsSlabException;

/**
 * A zoned device could not be opened, or refused or failed a request. The message is one line that stands on its own.
 */
public final class DeviceException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    /** The kind of problem, for callers that react to it. */
    public enum Problem {
        /** Nothing exists at the path. */
        MISSING,
        /** The path is neither a zoned block device nor a zoned device file of ZNS-Slab. */
        NOT_ZONED,
        /**
         * The device reports zones that no device can have, see {@code ReportedZones}; the message names the zone and
         * the violation.
         */
        INVALID_REPORT,
        /** Another process has it open, or it is mounted. */
        BUSY,
        /** This process lacks the permission to use it. */
        ACCESS_DENIED,
        /** This process may not use io_uring, or this kernel's io_uring lacks what is needed. */
        NO_RING,
        /** The device holds foreign data, or something is in the way. */
        FOREIGN,
        /** A write that does not start at the zone's write pointer. */
        OFF_WRITE_POINTER,
        /** A read of bytes that were never written. */
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
         * No zone is left for further data, or what lies below the device has no space. Slabs that were to be written
         * stay where they are.
         */
        FULL,
        /** The medium, or the way to it, failed. */
        IO_ERROR,
        /** The medium holds bytes that are not those once written there. */
        CORRUPT
    }

    private final Problem problem;

    /** A problem that the operating system or the device reported through {@code cause}. */
    public DeviceException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    /** A problem that this library found itself. */
    public DeviceException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    /** The kind of problem. */
    public Problem problem() {
        return problem;
    }
}
