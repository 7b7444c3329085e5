package io.znsslab.emulation.microvm;

import java.util.Locale;

/** The ports of a guest that are Unix sockets of the host; the command's output goes by QEMU's own standard output. */
enum GuestPort {
    /** Lines for the listener. */
    EVENTS,
    /** The command's standard input. */
    INPUT,
    /** The command's standard error; QEMU's own is kept for its messages. */
    ERRORS;

    /** The name that the guest finds the port by. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
