package io.znsslab.cli;

import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;

/** Puts the commands together for one session. */
final class CommandTree {
    private CommandTree() {}

    static CommandLine of(Session session) {
        ErrorLine errorLine = new ErrorLine();
        return new CommandLine(new ZnsSlabCommand(), new SessionFactory(session))
                .setOut(session.terminal().out())
                .setErr(session.terminal().err())
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(session.terminal().live() ? Ansi.AUTO : Ansi.OFF))
                .setUsageHelpWidth(session.terminal().columns())
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler(errorLine)
                .setExecutionExceptionHandler(errorLine)
                .setExitCodeExceptionMapper(failure -> ExitCode.UNEXPECTED.status());
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
