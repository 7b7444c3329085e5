package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings in force for one call: a flag wins over the environment, the environment over the file, the file over
 * the default. A value that is not good is refused by the name of who gave it.
 */
public final class Settings {
    /** The flag for any setting: {@code --set tier.read-depth=64}. */
    static final String FLAG = "--set";

    private final Session session;
    private final SettingsFile file;
    private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

    /** The settings of this session's user. */
    public Settings(Session session) {
        this(session, List.of());
    }

    /**
     * The same with values that the command line gives.
     *
     * @param assignments each {@code KEY=VALUE}; the last one of a key counts
     * @throws CommandFailure {@link ExitCode#USAGE} for one that is none, or has a value that is not good
     */
    public Settings(Session session, List<String> assignments) {
        this.session = session;
        this.file = new SettingsFile(session.settingsFolder());
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new CommandFailure(
                        ExitCode.USAGE, FLAG + " '" + assignment + "': must be KEY=VALUE, such as tier.read-depth=64");
            }
            Setting setting = Setting.require(assignment.substring(0, equals));
            String value = assignment.substring(equals + 1);
            flags.put(setting, checked(setting, value, FLAG + " " + setting.key()));
        }
    }

    /**
     * The value in force and where it comes from.
     *
     * @param flag what the setting's own flag said, or null
     * @throws CommandFailure {@link ExitCode#USAGE}, naming the source, where that value is not good
     */
    public SettingValue value(Setting setting, String flag) {
        SettingValue given = unchecked(setting, flag);
        return given.origin() == Origin.DEFAULT
                ? given
                : new SettingValue(
                        checked(setting, given.value(), blamed(setting, given)), given.origin(), given.source());
    }

    /** The value in force, good or not. */
    SettingValue unchecked(Setting setting, String flag) {
        if (flag != null && !flag.isEmpty()) {
            return new SettingValue(flag, Origin.FLAG, "--" + setting.key());
        }
        if (flags.containsKey(setting)) {
            return new SettingValue(flags.get(setting), Origin.FLAG, FLAG);
        }
        Optional<String> variable = session.variable(setting.variable());
        if (variable.isPresent()) {
            return new SettingValue(variable.get(), Origin.ENVIRONMENT, setting.variable());
        }
        return file.get(setting)
                .map(value -> new SettingValue(value, Origin.FILE, file.path().toString()))
                .orElseGet(() -> new SettingValue(setting.defaultValue(), Origin.DEFAULT, "default"));
    }

    /** Who gave a value, as the beginning of a complaint about it. */
    static String blamed(Setting setting, SettingValue value) {
        return switch (value.origin()) {
            case FLAG -> value.source();
            case ENVIRONMENT -> "the environment variable " + value.source();
            case FILE -> "the setting " + setting.key() + " in " + value.source();
            case DEFAULT -> "the default of " + setting.key();
        };
    }

    private static String checked(Setting setting, String value, String blamed) {
        try {
            return setting.checked(value);
        } catch (CommandFailure e) {
            throw new CommandFailure(e.exitCode(), blamed + ": " + e.getMessage(), e);
        }
    }

    SettingsFile file() {
        return file;
    }
}
