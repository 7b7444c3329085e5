package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code zns-slab config}: keeps what the user does not want to say at every call. */
@Command(
        name = "config",
        description = "Store settings, such as the device to use.",
        footerHeading = "%nSettings:%n",
        footer = {
            "  device   auto, file, file:PATH, null_blk, nvme-zns or a device's path. The",
            "           flag --device takes precedence over ZNS_SLAB_DEVICE, and that",
            "           over this setting.",
            "",
            "The file is $XDG_CONFIG_HOME/zns-slab/config.properties, else",
            "~/.config/zns-slab/config.properties."
        })
public final class ConfigCommand {
    private static final String KEY = "SETTING";

    private final Session session;

    /** For picocli's factory. */
    public ConfigCommand(Session session) {
        this.session = session;
    }

    @Command(name = "set", description = "Store the value of a setting.")
    int set(
            @Parameters(paramLabel = KEY, description = "One of: device") String key,
            @Parameters(paramLabel = "VALUE", description = "Value to store") String value) {
        Setting setting = setting(key);
        String kept = checked(setting, value);
        Settings settings = new Settings(session);
        settings.file().set(setting, kept);
        out().println(setting.key() + " = " + kept + " (in " + settings.file().path() + ")");
        session.variable(setting.variable())
                .ifPresent(winner -> session.terminal()
                        .err()
                        .println("zns-slab: note: " + setting.variable() + "=" + winner
                                + " is set in the environment and takes precedence"));
        return ExitCode.DONE.status();
    }

    @Command(name = "get", description = "Print the current value of a setting.")
    int get(@Parameters(paramLabel = KEY, description = "One of: device") String key) {
        out().println(new Settings(session).value(setting(key), null).value());
        return ExitCode.DONE.status();
    }

    @Command(name = "unset", description = "Remove the stored value of a setting.")
    int unset(@Parameters(paramLabel = KEY, description = "One of: device") String key) {
        Setting setting = setting(key);
        SettingsFile file = new Settings(session).file();
        boolean removed = file.remove(setting);
        out().println(setting.key() + (removed ? " is no longer set in " : " is not set in ") + file.path());
        return ExitCode.DONE.status();
    }

    @Command(name = "list", description = "Print every setting, its current value and its source.")
    int list() {
        Settings settings = new Settings(session);
        for (Setting setting : Setting.values()) {
            SettingValue value = settings.value(setting, null);
            out().println(setting.key() + " = " + value.value() + "   (" + origin(value) + ")");
        }
        return ExitCode.DONE.status();
    }

    private static String origin(SettingValue value) {
        return switch (value.origin()) {
            case FLAG -> "from the flag " + value.source();
            case ENVIRONMENT -> "from the environment variable " + value.source();
            case FILE -> "from " + value.source();
            case DEFAULT -> "the default";
        };
    }

    private static Setting setting(String key) {
        return Setting.named(key)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, "there is no setting '" + key + "'; there is: " + Setting.allKeys()));
    }

    private String checked(Setting setting, String value) {
        return switch (setting) {
            case DEVICE -> DeviceName.parse(value).absolute().text();
        };
    }

    private PrintWriter out() {
        return session.terminal().out();
    }
}
