package io.znsslab.tier.device;

/** The kinds of operation on a {@link SimulatedDevice}, each counted on its own. */
public enum SimulatedOperation {
    READ,
    WRITE,
    FLUSH,
    RESET,
    FINISH,
    OPEN,
    CLOSE,
    REPORT;

    /**
     * Whether it can change the device's content, or make it durable, so that a power cut can make a difference there.
     */
    public boolean changesDevice() {
        return this == WRITE || this == FLUSH || this == RESET || this == FINISH;
    }
}
