package io.znsslab.cli.demo;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.emulate.EmulatedDevice;
import io.znsslab.cli.emulate.GuestJob;
import io.znsslab.cli.emulate.KernelOption;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.OutputFile;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        footer = {"", "The exit code is 3 if any answer was wrong."})
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

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report as JSON to this file as well.")
    private Path report;

    @Option(
            names = "--chosen",
            hidden = true,
            description = "The device and the reason for its choice, as the calling process has printed them.")
    private String chosenBefore;

    @Option(names = "--silent", hidden = true, description = "Print nothing on standard output.")
    private boolean silent;

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
        return switch (choice) {
            case DeviceChoice.InGuest guest -> runInGuest(guest, task);
            case DeviceChoice.Here here -> runHere(task, open(here.name(), task), printer);
            case DeviceChoice.HereNullBlk here ->
                runHere(task, DemoDevice.nullBlk(here.driver(), shape(task)), printer);
        };
    }

    private void checkOptions() {
        require(objects >= 1 && objects <= MOST_OBJECTS, "--objects " + objects + ": must be 1 to " + MOST_OBJECTS);
        require(epochs >= 1 && epochs <= MOST_EPOCHS, "--epochs " + epochs + ": must be 1 to " + MOST_EPOCHS);
        require(
                sizes.largest() <= SizeClasses.longestObject(),
                "--object-size " + sizes + ": must be at most " + SizeClasses.longestObject());
        require(memoryBytes() >= 1 << 20, "--memory " + memoryBytes() + ": must be at least 1M");
        OutputFile.requireWritable("--report", report);
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

    private int runHere(TieringTask task, DemoDevice place, TieringPrinter printer) {
        try (place;
                Progress progress = new Progress(session.terminal())) {
            TieringReport done = new TieringRun(task, place, printer, session.terminal(), progress).run();
            if (json && !silent) {
                Json.print(session.terminal().out(), done);
            }
            writeReport(done);
            return (done.passed() ? ExitCode.DONE : ExitCode.WRONG_ANSWER).status();
        } catch (IOException e) {
            throw InputFile.unreadable(input, e);
        }
    }

    private void writeReport(TieringReport done) {
        if (report != null) {
            writeReport(Json.text(done) + "\n");
        }
    }

    private void writeReport(String text) {
        try {
            Files.writeString(report, text);
        } catch (IOException e) {
            throw OutputFile.unwritable(report, e);
        }
    }

    private int runInGuest(DeviceChoice.InGuest guest, TieringTask task) {
        boolean nvme = guest.kind() == EmulatedDevice.NVME_ZNS;
        long needed = task.spaceNeeded();
        DeviceShape shape = geometry.shape(DeviceShape.holding(needed));
        guest.kind().requirePossible(shape);
        try {
            Path exchange = Files.createTempDirectory("zns-slab-report-");
            Path reported = exchange.resolve("report.json");
            try {
                List<String> again = argumentsInGuest(nvme, task, shape, reported);
                long inMemory = Math.min(memoryBytes(), needed) + (nvme ? 0 : needed);
                GuestJob job = new GuestJob(
                        GuestJob.ownCommand(again),
                        nvme ? shape : null,
                        GuestJob.memoryFor(inMemory),
                        timeLimit(needed),
                        List.of(exchange),
                        json || silent ? System.err : session.terminal().bytes());
                int status = job.run(guest.machine());
                passOn(reported);
                return status;
            } finally {
                Files.deleteIfExists(reported);
                Files.delete(exchange);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NO_ZONED_KERNEL, "cannot exchange files with the micro-VM: " + e.getMessage(), e);
        }
    }

    /** Generous: a guest emulates every instruction, and shares the machine with others. */
    private static Duration timeLimit(long bytes) {
        return Duration.ofMinutes(15).plusSeconds(bytes >> 17);
    }

    private List<String> argumentsInGuest(boolean nvme, TieringTask task, DeviceShape shape, Path reported) {
        List<String> again = new ArrayList<>(List.of("demo", "tiering", "--chosen", task.chosen()));
        again.addAll(List.of("--device", nvme ? GuestJob.NVME_PATH : EmulatedDevice.NULL_BLK.toString()));
        if (!nvme) {
            again.addAll(GeometryOptions.arguments(shape));
        }
        again.addAll(List.of("--objects", Long.toString(objects), "--epochs", Long.toString(epochs)));
        again.addAll(List.of("--object-size", sizes.toString(), "--seed", Long.toString(seed)));
        again.addAll(List.of("--memory", Long.toString(memoryBytes()), "--report", reported.toString()));
        again.addAll(settings.arguments());
        if (task.file() != null) {
            again.addAll(List.of("--input", task.file().pathInGuest().toString()));
        }
        if (json || silent) {
            again.add("--silent");
        }
        return again;
    }

    private void passOn(Path reported) throws IOException {
        if (!Files.exists(reported)) {
            return; // the run did not come to its end, and its exit code says so
        }
        String text = Files.readString(reported);
        if (json) {
            session.terminal().out().print(text);
            session.terminal().out().flush();
        }
        if (report != null) {
            writeReport(text);
        }
    }
}
