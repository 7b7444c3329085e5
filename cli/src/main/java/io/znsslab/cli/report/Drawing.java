package io.znsslab.cli.report;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.awt.AWTError;
import java.io.IOException;

/** Runs what draws, in a Java machine that has what that takes. */
final class Drawing {
    /** What draws. */
    interface Work<T> {
        T run() throws IOException;
    }

    private Drawing() {}

    /**
     * Runs it.
     *
     * @throws CommandFailure where the JDK has no graphics, as one that was stripped
     */
    static <T> T run(Work<T> work) {
        try {
            PlotFont.use();
            return work.run();
        } catch (IOException | LinkageError | AWTError | InternalError e) {
            throw new CommandFailure(
                    ExitCode.SETUP_INCOMPLETE,
                    "cannot draw the plots of the report: " + e.getMessage()
                            + "; run it on a full JDK, or give --report a name that ends in .json",
                    e);
        }
    }
}
