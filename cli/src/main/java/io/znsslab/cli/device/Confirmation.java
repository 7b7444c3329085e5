package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import picocli.CommandLine.Option;

/** Keeps a typing error from destroying data: a command that changes a device asks for {@code --yes}. */
final class Confirmation {
    @Option(
            names = {"-y", "--yes"},
            description = "Confirm that data on the device may be changed or destroyed.")
    private boolean yes;

    /** For picocli. */
    Confirmation() {}

    void require(String consequence) {
        if (!yes) {
            throw new CommandFailure(ExitCode.DEVICE_REFUSED, consequence + "; add --yes to do it");
        }
    }
}
