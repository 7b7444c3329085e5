package io.znsslab.cli.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code zns-slab config} keeps. */
public enum Setting {
    /** The device that commands work on when none is named. */
    DEVICE("device", "ZNS_SLAB_DEVICE", "auto");

    private final String key;
    private final String variable;
    private final String defaultValue;

    Setting(String key, String variable, String defaultValue) {
        this.key = key;
        this.variable = variable;
        this.defaultValue = defaultValue;
    }

    /** Name on the command line and in the file. */
    public String key() {
        return key;
    }

    /** Environment variable that wins over the file. */
    public String variable() {
        return variable;
    }

    /** Value where nobody has given one. */
    public String defaultValue() {
        return defaultValue;
    }

    /** The setting of that name. */
    public static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /** All names, for messages. */
    public static String allKeys() {
        return Arrays.stream(values()).map(Setting::key).collect(Collectors.joining(", "));
    }
}
