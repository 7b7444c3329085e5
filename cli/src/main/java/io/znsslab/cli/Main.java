package io.znsslab.cli;

import io.znsslab.cli.terminal.LibraryLog;
import io.znsslab.cli.terminal.Question;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.util.Arrays;

/** Where the process starts. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        if (Arrays.asList(arguments).contains(ErrorLine.STACKTRACE)) {
            System.setProperty(LibraryLog.STACKTRACE_PROPERTY, "true");
        }
        int status = CommandTree.of(new Session(System.getenv(), terminal, Question.ofProcess()))
                .execute(arguments);
        terminal.err().flush();
        System.exit(status);
    }
}
