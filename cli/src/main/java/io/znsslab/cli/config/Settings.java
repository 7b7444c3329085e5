package io.znsslab.cli.config;

import io.znsslab.cli.terminal.Session;
import java.util.Optional;

/**
 * The settings in force for one call: a flag wins over the environment, the environment over the file, the file over
 * the default.
 */
public final class Settings {
    private final Session session;
    private final SettingsFile file;

    /** The settings of this session's user. */
    public Settings(Session session) {
        this.session = session;
        this.file = new SettingsFile(session.settingsFolder());
    }

    /**
     * The value in force and where it comes from.
     *
     * @param flag what the command line said, or null
     */
    public SettingValue value(Setting setting, String flag) {
        if (flag != null && !flag.isEmpty()) {
            return new SettingValue(flag, Origin.FLAG, "--" + setting.key());
        }
        Optional<String> variable = session.variable(setting.variable());
        if (variable.isPresent()) {
            return new SettingValue(variable.get(), Origin.ENVIRONMENT, setting.variable());
        }
        return file.get(setting)
                .map(value -> new SettingValue(value, Origin.FILE, file.path().toString()))
                .orElseGet(() -> new SettingValue(setting.defaultValue(), Origin.DEFAULT, "default"));
    }

    SettingsFile file() {
        return file;
    }
}
