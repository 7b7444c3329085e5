package io.znsslab.cli.bench.result;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;

/** What an option's value has to be. Each method throws a {@link CommandFailure} that names the option and the rule. */
public final class Requirements {
    private static final Duration LONGEST = Duration.ofHours(24);

    private Requirements() {}

    /** A count within bounds. */
    public static void inRange(String option, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw new CommandFailure(ExitCode.USAGE, option + " " + value + ": must be " + smallest + " to " + largest);
        }
    }

    /** A number of bytes within bounds. */
    public static void size(String option, long bytes, long smallest, long largest) {
        if (bytes < smallest || bytes > largest) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    option + " " + Figures.bytes(bytes) + ": must be " + Figures.bytes(smallest) + " to "
                            + Figures.bytes(largest));
        }
    }

    /** A time of at least that much, and at most a day. */
    public static void time(String option, Duration value, Duration shortest) {
        time(option, value, shortest, LONGEST);
    }

    /** A time within bounds. */
    public static void time(String option, Duration value, Duration shortest, Duration longest) {
        if (value.compareTo(shortest) < 0 || value.compareTo(longest) > 0) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    option + " " + TimeSpan.text(value) + ": must be " + TimeSpan.text(shortest) + " to "
                            + TimeSpan.text(longest));
        }
    }
}
