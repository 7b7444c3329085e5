package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import picocli.CommandLine.Option;

/**
 * Keeps a typing error from destroying data: a command that changes a device asks on a terminal, and elsewhere wants
 * {@code --yes}.
 */
public final class Confirmation {
    private final Session session;

    @Option(
            names = {"-y", "--yes"},
            description = "Confirm that data on the device may be changed or destroyed, instead of being asked.")
    private boolean yes;

    /** For picocli's factory. */
    Confirmation(Session session) {
        this.session = session;
    }

    /** Whether the command line has confirmed it already. */
    boolean given() {
        return yes;
    }

    /**
     * Asks, unless it is confirmed already.
     *
     * @param consequence what will happen, as the beginning of a sentence
     * @throws CommandFailure {@link ExitCode#DEVICE_REFUSED} if the answer is no, or nobody can be asked
     */
    public void require(String consequence) {
        if (yes) {
            return;
        }
        boolean agreed = session.question()
                .ask(consequence + ". Go on?")
                .orElseThrow(() -> new CommandFailure(ExitCode.DEVICE_REFUSED, consequence + "; add --yes to do it"));
        if (!agreed) {
            throw new CommandFailure(ExitCode.DEVICE_REFUSED, "nothing was changed: the answer was no");
        }
    }
}
