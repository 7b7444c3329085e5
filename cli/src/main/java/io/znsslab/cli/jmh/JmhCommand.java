package io.znsslab.cli.jmh;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab jmh}: the help of what the launcher runs. */
@Command(
        name = "jmh",
        description = {
            "Build and run the allocator's benchmarks, in a checkout: the whole table without arguments, a part of it "
                    + "by table and its options, one benchmark by JMH's own arguments.",
            "The table compares with the C library's malloc, byte[], Netty's allocators, Arena and the mallocs that "
                    + "are installed; it takes hours. The figures mean something on an otherwise idle machine."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab jmh",
            "  zns-slab jmh table --effort smoke --only pairs",
            "  zns-slab jmh table --help",
            "  zns-slab jmh ResolveBenchmark -f 1 -p live=1000",
            "  zns-slab jmh -- -h        # JMH's own options",
            "  zns-slab jmh -l           # the benchmarks' names",
            "",
            "The exit code is 1 if a measurement failed."
        })
public final class JmhCommand implements Runnable {
    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "table and its options, or arguments of JMH")
    private List<String> arguments = List.of();

    /** For picocli. */
    public JmhCommand() {}

    @Spec
    void describe(CommandSpec command) {
        command.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public void run() {
        throw new CommandFailure(
                ExitCode.SETUP_INCOMPLETE,
                "cannot run the benchmarks " + arguments + ": they are built and started in a checkout, by its "
                        + "launcher: ./zns-slab jmh");
    }
}
