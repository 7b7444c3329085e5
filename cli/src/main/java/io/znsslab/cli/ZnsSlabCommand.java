package io.znsslab.cli;

import io.znsslab.cli.bench.BenchCommand;
import io.znsslab.cli.completion.CompletionCommand;
import io.znsslab.cli.config.ConfigCommand;
import io.znsslab.cli.demo.DemoCommand;
import io.znsslab.cli.device.DeviceCommand;
import io.znsslab.cli.doctor.DoctorCommand;
import io.znsslab.cli.emulate.EmulateCommand;
import io.znsslab.cli.jmh.JmhCommand;
import io.znsslab.cli.man.ManCommand;
import io.znsslab.cli.schema.SchemaCommand;
import io.znsslab.cli.store.StoreCommand;
import io.znsslab.cli.terminal.ExitCode;
import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top command; does nothing by itself. */
@Command(
        name = "zns-slab",
        description =
                "An off-heap object store with two tiers: a slab allocator in DRAM, and the zones of a zoned SSD.",
        subcommands = {
            DemoCommand.class,
            BenchCommand.class,
            DeviceCommand.class,
            StoreCommand.class,
            EmulateCommand.class,
            DoctorCommand.class,
            ConfigCommand.class,
            SchemaCommand.class,
            JmhCommand.class,
            CompletionCommand.class,
            ManCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  ZNS_SLAB_DEVICE        device of every command, unless --device gives one",
            "  ZNS_SLAB_TIER_READ_DEPTH and so on: any setting; config --help tells more",
            "  ZNS_SLAB_CACHE         folder for the micro-VM's kernel, libraries and logs",
            "                         (default: zns-slab in $XDG_CACHE_HOME or ~/.cache)",
            "  ZNS_SLAB_JAVA_OPTIONS  more options for the Java machine, by spaces",
            "  JAVA_HOME              JDK 25 or newer to run on (default: looked for)",
            "  XDG_CONFIG_HOME        folder of zns-slab/config.properties",
            "                         (default: ~/.config)",
            "  TMPDIR                 folder for temporary files (default: /tmp)",
            "  NO_COLOR               no colours if it is set",
            "",
            "Examples:",
            "  zns-slab doctor",
            "  zns-slab demo tiering",
            "  zns-slab device info --help"
        },
        versionProvider = ZnsSlabCommand.Version.class)
final class ZnsSlabCommand implements Runnable {
    @SuppressWarnings("unused") // picocli acts on it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @SuppressWarnings("unused") // picocli acts on it
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    @Option(
            names = ErrorLine.STACKTRACE,
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error below its message.")
    private boolean stacktrace;

    private CommandSpec spec;

    @Spec
    void describe(CommandSpec command) {
        spec = command;
        UsageMessageSpec usage = command.usageMessage();
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(Arrays.stream(ExitCode.values())
                .collect(
                        LinkedHashMap::new,
                        (table, code) -> table.put(" " + code.status(), code.meaning()),
                        Map::putAll));
    }

    boolean stacktrace() {
        return stacktrace;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** The version that the build gave the module. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            ModuleDescriptor module = ZnsSlabCommand.class.getModule().getDescriptor();
            String version = module == null
                    ? "(not run as a module)"
                    : module.rawVersion().orElse("(no version)");
            return new String[] {"zns-slab " + version, "Java " + Runtime.version()};
        }
    }
}
