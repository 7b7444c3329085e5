package io.znsslab.cli;

import io.znsslab.cli.device.DeviceFailures;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells the user in one line what went wrong, and the shell by the exit code; the rest only where {@value #STACKTRACE}
 * asks for it.
 */
final class ErrorLine implements IExecutionExceptionHandler, IParameterExceptionHandler {
    static final String STACKTRACE = "--stacktrace";

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("zns-slab: " + oneLine(failure.getMessage()));
        List<String> suggestions =
                failure instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        if (!suggestions.isEmpty()) {
            err.println("Did you mean: " + String.join(", ", suggestions) + "?");
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        if (Arrays.asList(arguments).contains(STACKTRACE)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCode.USAGE.status();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        CommandFailure known = DeviceFailures.tell(failure);
        PrintWriter err = command.getErr();
        if (known.exitCode() == ExitCode.OUTPUT_ENDED) {
            return known.exitCode().status();
        }
        err.println("zns-slab: " + known.getMessage());
        ZnsSlabCommand top = (ZnsSlabCommand) topOf(command).getCommand();
        if (top.stacktrace()) {
            failure.printStackTrace(err);
        } else if (known.exitCode() == ExitCode.UNEXPECTED) {
            err.println("Run it again with " + STACKTRACE + " to see where this comes from.");
        }
        err.flush();
        return known.exitCode().status();
    }

    private static CommandLine topOf(CommandLine command) {
        CommandLine top = command;
        while (top.getParent() != null) {
            top = top.getParent();
        }
        return top;
    }

    private static String oneLine(String message) {
        return message == null
                ? "unusable arguments"
                : message.replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", "; ");
    }
}
