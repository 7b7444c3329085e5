package io.znsslab.tier.device;

/** The states of the NVMe ZNS command set's zone state machine (specification 1.1, section 2.1.1.2). */
public enum ZoneCondition {
    /** A conventional zone: it has no write pointer and no states. */
    NOT_WRITE_POINTER,
    /** Nothing written since the last reset. */
    EMPTY,
    /** Opened by a write; the device may close it to open another zone. */
    IMPLICIT_OPEN,
    /** Opened by command; stays so until closed, finished, reset or full. */
    EXPLICIT_OPEN,
    /** Partly written, not open, but still counting as active. */
    CLOSED,
    /** Written to its capacity, or finished. */
    FULL,
    /** Written bytes can be read; nothing else is possible. */
    READ_ONLY,
    /** Lost with all its data. */
    OFFLINE;

    /** Whether it counts towards the limit of open zones. */
    public boolean isOpen() {
        return this == IMPLICIT_OPEN || this == EXPLICIT_OPEN;
    }

    /** Whether it counts towards the limit of active zones. */
    public boolean isActive() {
        return isOpen() || this == CLOSED;
    }

    /** Whether data can go into it at its write pointer. */
    public boolean isWritable() {
        return isActive() || this == EMPTY;
    }
}
