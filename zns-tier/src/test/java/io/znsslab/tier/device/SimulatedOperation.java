package io.znsslab.tier.device;

/** What is done on a {@link SimulatedDevice}, each counted on its own. */
public enum SimulatedOperation {
    READ,
    WRITE,
    FLUSH,
    RESET,
    FINISH,
    OPEN,
    CLOSE,
    REPORT;

    /** Whether it can change what is on the device, or make it durable: where a power cut can make a difference. */
    public boolean changesDevice() {
        return this == WRITE || this == FLUSH || this == RESET || this == FINISH;
    }
}
