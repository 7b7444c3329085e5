package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.Words;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All settings with their values and sources.
 *
 * @param file where {@code config set} keeps them
 * @param exists whether there is that file
 * @param settings all of them
 * @param unknownKeys keys in the file that name no setting
 */
record SettingsListing(String file, boolean exists, List<Entry> settings, List<String> unknownKeys) {
    /** The widest pair of key and value that others are lined up with. */
    private static final int WIDEST_PAIR = 48;

    /**
     * One setting.
     *
     * @param origin the kind of its source
     * @param source which flag, variable or file
     * @param values the good values, in words
     * @param problem why the value is not good, with its source; null where it is
     */
    record Entry(
            String key,
            String value,
            String origin,
            String source,
            String defaultValue,
            String variable,
            String values,
            String meaning,
            String problem) {
        static Entry of(Setting setting, SettingValue value, Optional<String> problem) {
            return new Entry(
                    setting.key(),
                    value.value(),
                    Words.of(value.origin()),
                    value.source(),
                    setting.defaultValue(),
                    setting.variable(),
                    setting.form(),
                    setting.meaning(),
                    problem.orElse(null));
        }

        private String from() {
            return switch (Origin.valueOf(origin.toUpperCase(Locale.ROOT))) {
                case FLAG -> "from the flag " + source;
                case ENVIRONMENT -> "from the environment variable " + source;
                case FILE -> "from " + source;
                case DEFAULT -> "the default";
            };
        }
    }

    static SettingsListing of(Settings settings) {
        List<Entry> entries = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            try {
                entries.add(Entry.of(setting, settings.value(setting, null), Optional.empty()));
            } catch (CommandFailure e) {
                entries.add(Entry.of(setting, settings.unchecked(setting, null), Optional.of(e.getMessage())));
            }
        }
        return new SettingsListing(
                settings.file().path().toString(),
                settings.file().exists(),
                entries,
                settings.file().unknownKeys());
    }

    void print(PrintWriter out) {
        int width = settings.stream()
                .mapToInt(entry -> pair(entry).length())
                .filter(length -> length <= WIDEST_PAIR)
                .max()
                .orElse(0);
        for (Entry entry : settings) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-" + width + "s   (%s)",
                    pair(entry),
                    entry.from() + (entry.problem() == null ? "" : ", not a good value")));
        }
    }

    private static String pair(Entry entry) {
        return entry.key() + " = " + entry.value();
    }
}
