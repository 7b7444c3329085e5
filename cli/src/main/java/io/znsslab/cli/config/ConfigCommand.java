package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab config}: keeps what the user does not want to say at every call. */
@Command(
        name = "config",
        description = {
            "Store settings: the device, and every option of the tier and of the allocator, for all commands that open "
                    + "a store.",
            "A flag (--device, --set KEY=VALUE) takes precedence over the environment variable of a setting, and that "
                    + "over the file, which is $XDG_CONFIG_HOME/zns-slab/config.properties, else "
                    + "~/.config/zns-slab/config.properties. The variable of tier.read-depth is "
                    + "ZNS_SLAB_TIER_READ_DEPTH, and so on."
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab config list",
            "  zns-slab config set device /dev/nvme0n2",
            "  zns-slab config set allocator.limit 4GiB",
            "  zns-slab config unset device"
        })
public final class ConfigCommand {
    private static final String KEY = "SETTING";
    private static final String KEY_DESCRIPTION = "Name of the setting, such as device or tier.read-depth.";
    private static final String EXAMPLES = "%nExamples:%n";

    private final Session session;

    /** For picocli's factory. */
    public ConfigCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "set",
            description = "Store the value of a setting.",
            footerHeading = EXAMPLES,
            footer = {
                "  zns-slab config set device /dev/nvme0n2",
                "  zns-slab config set tier.when-full evict-oldest",
                "  zns-slab config set tier.block-at-most 10s"
            })
    int set(
            @Parameters(paramLabel = KEY, completionCandidates = Setting.Keys.class, description = KEY_DESCRIPTION)
                    String key,
            @Parameters(paramLabel = "VALUE", description = "Value to store.") String value) {
        Setting setting = Setting.require(key);
        String kept = checked(setting, value);
        if (setting == Setting.DEVICE) {
            kept = DeviceName.parse(kept).absolute().text(); // it has to hold in every folder
        }
        Settings settings = new Settings(session);
        settings.file().set(setting, kept);
        out().println(setting.key() + " = " + kept + " (in " + settings.file().path() + ")");
        session.variable(setting.variable())
                .ifPresent(winner ->
                        note(setting.variable() + "=" + winner + " is set in the environment and takes precedence"));
        return ExitCode.DONE.status();
    }

    /** The device's own message names it already. */
    private static String checked(Setting setting, String value) {
        try {
            return setting.checked(value);
        } catch (CommandFailure e) {
            throw setting == Setting.DEVICE
                    ? e
                    : new CommandFailure(e.exitCode(), setting.key() + ": " + e.getMessage(), e);
        }
    }

    @Command(
            name = "get",
            description = "Print the current value of a setting.",
            footerHeading = EXAMPLES,
            footer = {"  zns-slab config get device", "  zns-slab config get tier.read-depth --json"})
    int get(
            @Parameters(paramLabel = KEY, completionCandidates = Setting.Keys.class, description = KEY_DESCRIPTION)
                    String key,
            @Mixin StoreSettings given,
            @Option(names = "--json", description = "Print the value and where it comes from as JSON.") boolean json) {
        Setting setting = Setting.require(key);
        SettingValue value = given.settings().value(setting, null);
        if (json) {
            Json.print(out(), SettingsListing.Entry.of(setting, value, Optional.empty()));
        } else {
            out().println(value.value());
        }
        return ExitCode.DONE.status();
    }

    @Command(
            name = "unset",
            description = "Remove the stored value of a setting.",
            footerHeading = EXAMPLES,
            footer = "  zns-slab config unset device")
    int unset(
            @Parameters(paramLabel = KEY, completionCandidates = Setting.Keys.class, description = KEY_DESCRIPTION)
                    String key) {
        SettingsFile file = new Settings(session).file();
        if (!file.unknownKeys().contains(key)) {
            Setting.require(key);
        }
        boolean removed = file.remove(key);
        out().println(key + (removed ? " is no longer set in " : " is not set in ") + file.path());
        return ExitCode.DONE.status();
    }

    @Command(
            name = "list",
            description = "Print every setting, its current value and its source. The exit code is 2 if a value is not "
                    + "good.",
            footerHeading = EXAMPLES,
            footer = {
                "  zns-slab config list",
                "  ZNS_SLAB_TIER_READ_DEPTH=64 zns-slab config list --json",
                "  zns-slab config list --set tier.read-cache=64MiB"
            })
    int list(
            @Mixin StoreSettings given,
            @Option(names = "--json", description = "Print the settings as JSON.") boolean json) {
        Settings settings = given.settings();
        SettingsListing listing = SettingsListing.of(settings);
        if (json) {
            Json.print(out(), listing);
        } else {
            listing.print(out());
        }
        List<String> complaints = new ArrayList<>();
        listing.settings().stream().map(SettingsListing.Entry::problem).forEach(problem -> {
            if (problem != null) {
                complaints.add(problem);
            }
        });
        complaints.forEach(this::note);
        listing.unknownKeys()
                .forEach(key -> note(listing.file() + " has the key '" + key + "', which is no setting"
                        + Setting.nearestKey(key)
                                .map(near -> ": did you mean " + near + "?")
                                .orElse("")));
        return (complaints.isEmpty() ? ExitCode.DONE : ExitCode.USAGE).status();
    }

    private void note(String text) {
        out().flush();
        session.terminal().err().println("zns-slab: note: " + text);
    }

    private PrintWriter out() {
        return session.terminal().out();
    }
}
