package io.znsslab.cli.demo;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.emulate.KernelOption;
import io.znsslab.cli.report.ReportOption;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.emulation.microvm.GuestTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab demo tiering}: objects through both tiers and back, every handle checked. */
@Command(
        name = "tiering",
        description = {
            "Fill epochs with objects, demote most of the epochs to a zoned device, free some objects and "
                    + "discard some epochs; then look up every handle that was ever issued, and check each answer.",
            "With --input the objects are the lines of a file, which is reassembled from its handles alone."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab demo tiering --device file",
            "  zns-slab demo tiering --device null_blk --objects 300000 --report tiering.html",
            "  zns-slab demo tiering --device nvme-zns --input /etc/services --json",
            "",
            "On a terminal the run is shown while it goes on; NO_COLOR does without colours, TERM=dumb without",
            "painting. The exit code is 3 if any answer was wrong."
        })
final class TieringCommand implements Callable<Integer> {
    private static final long MOST_OBJECTS = 1_000_000_000;
    private static final long MOST_EPOCHS = 16_384;
    private static final long USUAL_MEMORY_BYTES = 256L << 20;

    private final Session session;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description =
                    "auto, file[:PATH], null_blk, nvme-zns or a device's path (default: the configured device, else "
                            + "auto, which is null_blk of this kernel, else null_blk in a micro-VM, else a "
                            + "temporary file).")
    private String deviceFlag;

    @Option(
            names = "--objects",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description = "Number of objects to generate (default: 100,000).")
    private long objects;

    @Option(
            names = "--epochs",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "Number of epochs to fill (default: ${DEFAULT-VALUE}).")
    private long epochs;

    @Option(
            names = "--object-size",
            paramLabel = "BYTES[-BYTES]",
            defaultValue = "32-700",
            converter = SizeRange.Converter.class,
            description = "Length of each object, or a range of lengths, at most 758 (default: ${DEFAULT-VALUE}).")
    private SizeRange sizes;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "42",
            description = "Seed of the generated objects and of what becomes of them (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "File whose lines are stored instead of generated objects; it may hold any bytes.")
    private Path input;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Limit of DRAM for objects; epochs close early when it is reached (default: the setting "
                    + "allocator.limit, else 256MiB).")
    private Long memory;

    @Option(names = "--force", description = "Format the device even if it holds something, which is destroyed.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as JSON, and nothing else on standard output.")
    private boolean json;

    @Mixin
    private ReportOption report;

    @Option(
            names = "--chosen",
            hidden = true,
            description = "The device and the reason for its choice, as the calling process has printed them.")
    private String chosenBefore;

    @Option(names = "--silent", hidden = true, description = "Print nothing on standard output.")
    private boolean silent;

    @Option(
            names = "--page",
            hidden = true,
            description = "In a guest: write what the report's page shows as JSON to this file.")
    private Path page;

    @Option(names = "--frames", hidden = true, description = "In a guest: tell its starter what the live view shows.")
    private boolean frames;

    @Mixin
    private GeometryOptions geometry;

    @Mixin
    private KernelOption kernel;

    @Mixin
    private StoreSettings settings;

    /** For picocli's factory. */
    TieringCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        checkOptions();
        report.requireWritable();
        InputFile file = input == null ? null : InputFile.of(input);
        String[] chosen = {chosenBefore};
        TieringPrinter printer = new TieringPrinter(
                json || silent
                        ? new PrintWriter(Writer.nullWriter())
                        : session.terminal().out());
        SettingValue asked = settings.settings().value(Setting.DEVICE, deviceFlag);
        DeviceChoice choice = DeviceChoice.of(asked, kernel.asked(), session.terminal(), text -> {
            if (chosenBefore == null) {
                chosen[0] = text;
                printer.announce(text);
            }
        });
        EpochPlan plan = new EpochPlan(epochs, seed);
        TieringTask task = new TieringTask(plan, file, sizes, objects, memoryBytes(), settings, force, chosen[0]);
        settings.build(task.allocator()).close(); // refuses what no allocator can have before anything is opened
        try (TieringDisplay display = display(chosen[0])) {
            return switch (choice) {
                case DeviceChoice.InGuest guest -> runInGuest(guest, task, display);
                case DeviceChoice.Here here -> runHere(task, open(here.name(), task), printer, display);
                case DeviceChoice.HereNullBlk here ->
                    runHere(task, DemoDevice.nullBlk(here.driver(), shape(task)), printer, display);
            };
        }
    }

    private TieringDisplay display(String chosen) {
        return session.variable(GuestTask.EVENTS_VARIABLE)
                .filter(events -> frames)
                .map(TieringDisplay::toStarter)
                .orElseGet(() -> TieringDisplay.on(session, "ZNS-Slab, demo tiering: " + chosen));
    }

    private void checkOptions() {
        require(objects >= 1 && objects <= MOST_OBJECTS, "--objects " + objects + ": must be 1 to " + MOST_OBJECTS);
        require(epochs >= 1 && epochs <= MOST_EPOCHS, "--epochs " + epochs + ": must be 1 to " + MOST_EPOCHS);
        require(
                sizes.largest() <= SizeClasses.longestObject(),
                "--object-size " + sizes + ": must be at most " + SizeClasses.longestObject());
        require(memoryBytes() >= 1 << 20, "--memory " + memoryBytes() + ": must be at least 1M");
        geometry.shape(DeviceShape.usual()); // refuses what no device can have before anything is made
    }

    private long memoryBytes() {
        return memory != null ? memory : settings.givenBytes(Setting.LIMIT).orElse(USUAL_MEMORY_BYTES);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }

    private DemoDevice open(DeviceName name, TieringTask task) {
        return switch (name) {
            case DeviceName.EmbeddedFile embedded -> {
                embedded.path().filter(Files::exists).ifPresent(geometry::requireNone);
                yield DemoDevice.file(embedded, shape(task));
            }
            case DeviceName.Existing existing -> {
                geometry.requireNone(existing.path());
                yield DemoDevice.existing(existing.path());
            }
            case DeviceName other -> throw new IllegalStateException(other.text() + " is not opened by name");
        };
    }

    private DeviceShape shape(TieringTask task) {
        return geometry.shape(DeviceShape.holding(task.spaceNeeded()));
    }

    private int runHere(TieringTask task, DemoDevice place, TieringPrinter printer, TieringDisplay display) {
        try (place) {
            TieringReport done = new TieringRun(task, place, printer, session.terminal(), display).run();
            if (json && !silent) {
                Json.print(session.terminal().out(), done);
            }
            report.write(() -> TieringPage.of(done), done);
            if (page != null) {
                Files.writeString(page, Json.line(TieringPage.of(done)));
            }
            return (done.passed() ? ExitCode.DONE : ExitCode.WRONG_ANSWER).status();
        } catch (IOException e) {
            throw InputFile.unreadable(input, e);
        }
    }

    private int runInGuest(DeviceChoice.InGuest guest, TieringTask task, TieringDisplay display) {
        TieringGuest run = new TieringGuest(guest, task, geometry.shape(DeviceShape.holding(task.spaceNeeded())));
        boolean quiet = json || silent;
        TieringGuest.Result result = run.run(session, display, quiet);
        result.json().ifPresent(text -> {
            if (json) {
                session.terminal().out().print(text);
                session.terminal().out().flush();
            }
            report.writeText(result::page, () -> text);
        });
        return result.status();
    }
}
