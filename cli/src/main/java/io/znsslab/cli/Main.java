package io.znsslab.cli;

import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;

/** Where the process starts. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        int status = CommandTree.of(new Session(System.getenv(), terminal)).execute(arguments);
        terminal.err().flush();
        System.exit(status);
    }
}
