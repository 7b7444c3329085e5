package io.znsslab.core.benchmark;

import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.scoreboard.Scoreboard;
import io.znsslab.core.benchmark.scoreboard.WrongArgumentException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.Main;

/**
 * The command line. {@code table} with its options, or no argument, measures and prints the table; other arguments are
 * passed on to JMH.
 */
public final class Benchmarks {
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENT = 2;

    private Benchmarks() {}

    /** Exits with 0 when all requested figures were measured, 1 when a measurement failed, 2 for a wrong argument. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && !arguments[0].equals("table")) {
            Main.main(withJvmOptions(arguments));
            return;
        }
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(Scoreboard.usage());
            return;
        }
        List<String> options = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        try {
            if (!Scoreboard.run(options)) {
                System.exit(FAILED);
            }
        } catch (WrongArgumentException e) {
            System.err.println("zns-slab jmh: " + e.getMessage());
            System.exit(WRONG_ARGUMENT);
        }
    }

    /** Gives JMH's forks the options that every other measurement has. */
    private static String[] withJvmOptions(String[] arguments) {
        return Stream.concat(Arrays.stream(arguments), Stream.of("-jvmArgsPrepend", String.join(" ", ChildJvm.OPTIONS)))
                .toArray(String[]::new);
    }
}
