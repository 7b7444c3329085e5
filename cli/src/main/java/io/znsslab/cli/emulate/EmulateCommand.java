package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab emulate}: any command in a kernel that has a zoned device. */
@Command(
        name = "emulate",
        description = {
            "Run a command in a kernel that has an emulated zoned device: in this kernel if it has null_blk, else in "
                    + "a micro-VM.",
            "The variable ZNS_SLAB_DEVICE gives the command the device's path, which in a micro-VM is /dev/nullb0 for "
                    + "null_blk and /dev/nvme0n1 for nvme-zns. The micro-VM sees this machine's files; what it writes "
                    + "to them is discarded at its end, except in folders given by --share."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab emulate null_blk -- ./zns-slab device zones",
            "  zns-slab emulate nvme-zns --zones 16 -- blkzone report /dev/nvme0n1",
            "",
            "The exit code is the command's own, 127 if the command cannot be run, or",
            "12 if there is no such kernel."
        })
public final class EmulateCommand implements Callable<Integer> {
    /** With less, the guest's kernel and a Java machine do not start. */
    private static final int LEAST_MEBIBYTES = 512;

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            completionCandidates = EmulatedDevice.Words.class,
            description = "Kind of device: ${COMPLETION-CANDIDATES}")
    private EmulatedDevice kind;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "Command to run, with its arguments; best given after --")
    private List<String> command;

    @Mixin
    private GeometryOptions geometry;

    @Mixin
    private KernelOption kernel;

    @Option(names = "--guest", description = "Use the micro-VM even if this kernel has null_blk.")
    private boolean guest;

    @Option(
            names = "--share",
            paramLabel = "FOLDER",
            description = "Folder that the command may write to when it runs in the micro-VM; may be repeated.")
    private List<Path> shared = List.of();

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "Memory of the micro-VM in MiB (default: the device's capacity plus 1280, at most 4096).")
    private Integer memory;

    @Option(
            names = "--time-limit",
            paramLabel = "MINUTES",
            defaultValue = "60",
            description = "Time after which the micro-VM is stopped (default: ${DEFAULT-VALUE}).")
    private int timeLimitMinutes;

    /** For picocli's factory. */
    public EmulateCommand(Session session) {
        this.session = session;
    }

    private void checkOptions() {
        require(
                memory == null || memory >= LEAST_MEBIBYTES,
                "--memory " + memory + ": must be at least " + LEAST_MEBIBYTES + " MiB");
        require(timeLimitMinutes >= 1, "--time-limit " + timeLimitMinutes + ": must be at least 1 minute");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }

    @Override
    public Integer call() {
        checkOptions();
        DeviceShape shape = geometry.shape(DeviceShape.usual());
        kind.requirePossible(shape);
        if (kind == EmulatedDevice.NVME_ZNS) {
            return job(command, shape, 0).run(GuestJob.prepare(kernel.kernel(), session.terminal()));
        }
        boolean here = !guest && kernel.asked().isEmpty();
        if (here && KernelNullBlk.find() instanceof NullBlockDriver.Available(NullBlockDriver driver)) {
            return runHere(driver, shape);
        }
        List<String> again = new ArrayList<>(List.of("emulate"));
        again.addAll(GeometryOptions.arguments(shape));
        again.addAll(List.of(kind.toString(), "--"));
        again.addAll(command);
        return job(GuestJob.ownCommand(again), null, shape.zones() * shape.capacityBytes())
                .run(GuestJob.prepare(kernel.kernel(), session.terminal()));
    }

    private GuestJob job(List<String> inGuest, DeviceShape namespace, long dataBytes) {
        int mebibytes = memory != null ? memory : Math.min(4096, GuestJob.memoryFor(dataBytes));
        return new GuestJob(
                inGuest,
                namespace,
                mebibytes,
                Duration.ofMinutes(timeLimitMinutes),
                shared,
                session.terminal().bytes());
    }

    private int runHere(NullBlockDriver driver, DeviceShape shape) {
        try (KernelNullBlk device = KernelNullBlk.create(driver, shape)) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put("ZNS_SLAB_DEVICE", device.path().toString());
            return builder.start().waitFor();
        } catch (IOException e) {
            spec.commandLine().getErr().println("zns-slab: cannot run " + command.getFirst() + ": " + e.getMessage());
            return ExitCode.COMMAND_NOT_RUN.status();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(
                    ExitCode.UNEXPECTED, "interrupted while " + command.getFirst() + " was running", e);
        }
    }
}
