package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import picocli.CommandLine.Option;

/** Keeps a typing error from destroying data: a command that changes a device wants to be told that it may. */
final class Confirmation {
    @Option(
            names = {"-y", "--yes"},
            description = "Do it: this destroys or changes data.")
    private boolean yes;

    /** For picocli. */
    Confirmation() {}

    void require(String consequence) {
        if (!yes) {
            throw new CommandFailure(ExitCode.DEVICE_REFUSED, consequence + "; add --yes to do it");
        }
    }
}
