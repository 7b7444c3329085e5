package io.znsslab.cli;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.StandardDescriptors;
import io.znsslab.cli.terminal.Terminal;
import io.znsslab.cli.terminal.Words;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParseResult;

/** Puts the commands together for one session. */
final class CommandTree {
    private CommandTree() {}

    static CommandLine of(Session session) {
        ErrorLine errorLine = new ErrorLine();
        CommandLine tree = new CommandLine(new ZnsSlabCommand(), new SessionFactory(session));
        wordsIn(tree).forEach(type -> registerWords(tree, type));
        return tree.setOut(session.terminal().out())
                .setErr(session.terminal().err())
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(session.terminal().live() ? Ansi.AUTO : Ansi.OFF))
                .setUsageHelpWidth(session.terminal().columns())
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionStrategy(parsed -> execute(parsed, session.terminal()))
                .setParameterExceptionHandler(errorLine)
                .setExecutionExceptionHandler(errorLine)
                .setExitCodeExceptionMapper(failure -> ExitCode.UNEXPECTED.status());
    }

    /** The enums that the tree's options and parameters have as their values. */
    private static Set<Class<?>> wordsIn(CommandLine command) {
        Set<Class<?>> found = new HashSet<>();
        for (ArgSpec argument : command.getCommandSpec().args()) {
            if (argument.type().isEnum()) {
                found.add(argument.type());
            }
        }
        command.getSubcommands().values().forEach(subcommand -> found.addAll(wordsIn(subcommand)));
        return found;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // each type is an enum
    private static void registerWords(CommandLine tree, Class type) {
        tree.registerConverter(type, new Words(type));
    }

    /**
     * Runs what was parsed, to the last byte of its output: what cannot be written is a failure like any other, also of
     * a help text.
     */
    private static int execute(ParseResult parsed, Terminal terminal) {
        try {
            StandardDescriptors.requireOpen();
            int status = new CommandLine.RunLast().execute(parsed);
            terminal.out().flush();
            return status;
        } catch (CommandFailure e) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    /** Gives a command the session that its constructor asks for. */
    private record SessionFactory(Session session) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Session.class})) {
                    constructor.setAccessible(true);
                    try {
                        return type.cast(constructor.newInstance(session));
                    } catch (InvocationTargetException e) {
                        throw e.getCause() instanceof Exception cause ? cause : e;
                    }
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
