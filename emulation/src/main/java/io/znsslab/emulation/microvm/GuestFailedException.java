package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.util.List;

/**
 * A guest ended without an exit status of its command: it died, exceeded its time limit or was cut off. The message
 * ends with the last lines of its console.
 */
public final class GuestFailedException extends EmulationException {
    private static final long serialVersionUID = 1L;

    GuestFailedException(String what, List<String> lastConsoleLines) {
        super(what
                + (lastConsoleLines.isEmpty() ? "; its console is empty" : "; its console's last lines:")
                + String.join(
                        "",
                        lastConsoleLines.stream()
                                .map(line -> System.lineSeparator() + "    " + line)
                                .toList()));
    }
}
