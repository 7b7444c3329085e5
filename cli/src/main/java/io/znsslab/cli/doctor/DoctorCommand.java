package io.znsslab.cli.doctor;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.config.Settings;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab doctor}: what this machine has and lacks. */
@Command(
        name = "doctor",
        description = {
            "Print what this machine has and lacks, and the one command that mends each.",
            "The exit code is 0 only if the chosen device can be used: the one named here, else the configured one. "
                    + "Where none is chosen, a device file is made, written, read and removed in the temporary "
                    + "folder. Nothing is written to a device that exists, and nothing is installed or loaded."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab doctor",
            "  zns-slab doctor /dev/nvme0n2",
            "  zns-slab doctor --json",
            "",
            "The state of a part is ok, warning (works, less well than it could) or",
            "lacking. What the chosen device needs and lacks is marked with an !, and",
            "the first of these decides about the exit code."
        })
public final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DEVICE",
            description = "Device to be used: auto, file, file:PATH, null_blk, nvme-zns or a path (default: the "
                    + "configured device).")
    private String named;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    /** For picocli's factory. */
    public DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        SettingValue chosen = new Settings(session).value(Setting.DEVICE, named);
        DeviceName device = DeviceName.parse(chosen.value());
        Machine machine = Machine.ofProcess(session);
        Diagnosis diagnosis = new Diagnosis();
        ask("system", machine, diagnosis, SystemChecks::check);
        ask("io_uring", machine, diagnosis, (here, told) -> new RingChecks(here, told, isRingRequired()).check(device));
        ask("emulation", machine, diagnosis, (here, told) -> new EmulationChecks(here, told).check());
        ask("memory", machine, diagnosis, MemoryChecks::check);
        ask("folders", machine, diagnosis, FolderChecks::check);
        ask("device", machine, diagnosis, (here, told) -> new DeviceChecks(here, told).check(device));
        DoctorReport report = new DoctorReport(
                device.text(),
                named == null || named.isEmpty() ? chosen.source() : "argument",
                diagnosis.firstBlocking().isEmpty(),
                diagnosis.exitCode().status(),
                diagnosis.findings());
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, report);
        } else {
            Ansi ansi = spec.commandLine().getColorScheme().ansi();
            new DoctorPrinter(out, ansi, session.terminal().columns()).print(report, diagnosis);
        }
        return report.exitCode();
    }

    private boolean isRingRequired() {
        return Boolean.parseBoolean(
                new Settings(session).value(Setting.REQUIRE_RING, null).value());
    }

    /** A check that itself fails is one finding, and the others are made all the same. */
    private static void ask(String name, Machine machine, Diagnosis diagnosis, BiConsumer<Machine, Diagnosis> check) {
        try {
            check.accept(machine, diagnosis);
        } catch (RuntimeException e) {
            diagnosis.warning(name, "could not be examined: " + e, Diagnosis.NO_REMEDY);
        }
    }
}
