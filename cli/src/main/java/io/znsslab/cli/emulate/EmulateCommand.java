package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab emulate}: any command in a kernel that has a zoned device; and devices of this kernel. */
@Command(
        name = "emulate",
        description = {
            "Run a command beside an emulated zoned device, in this kernel if it has null_blk, else in "
                    + "a micro-VM. Or create, list and remove null_blk devices of this kernel.",
            "The variable ZNS_SLAB_DEVICE gives the command the device's path, which in a micro-VM is /dev/nullb0 for "
                    + "null_blk and /dev/nvme0n1 for nvme-zns. The micro-VM sees this machine's files; what it writes "
                    + "to them is discarded at its end, except in folders given by --share. The command's standard "
                    + "input, output and error are this program's, and Ctrl-C ends the micro-VM."
        },
        customSynopsis = {
            "zns-slab emulate [OPTION]... KIND [--] COMMAND [ARGUMENT]...",
            "zns-slab emulate (create | list | remove) ..."
        },
        subcommands = {EmulateCreateCommand.class, EmulateListCommand.class, EmulateRemoveCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab emulate null_blk -- ./zns-slab device zones",
            "  zns-slab emulate nvme-zns --zones 16 -- blkzone report /dev/nvme0n1",
            "  zns-slab emulate null_blk --kernel 6.12 --offline-zone 5 -- bash",
            "  zns-slab emulate create --zones 32 --latency 80us",
            "",
            "The exit code is the command's own, 127 if the command cannot be run, or",
            "12 if there is no such kernel."
        })
public final class EmulateCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final long LEAST_MEMORY = 512 * MEBIBYTE;
    private static final long MOST_MEMORY = 1L << 40;
    private static final int MOST_USUAL_MEBIBYTES = 4096;

    private final Session session;

    @Spec
    private CommandSpec spec;

    // Neither this nor the next is required by the parser, which would require them of the subcommands as well.
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            completionCandidates = EmulatedDevice.Words.class,
            description = "Kind of device: ${COMPLETION-CANDIDATES}")
    private EmulatedDevice kind;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "Command to run, with its arguments; best given after --")
    private List<String> command = List.of();

    @Mixin
    private GeometryOptions geometry;

    @Mixin
    private FaultOptions faults;

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
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Memory of the micro-VM, at least 512MiB (default: the device's capacity plus 1280MiB, at "
                    + "most 4GiB).")
    private Long memoryBytes;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = TimeSpan.class,
            description = "Time after which the micro-VM is stopped (default: ${DEFAULT-VALUE}).")
    private Duration timeLimit;

    /** For picocli's factory. */
    public EmulateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (kind == null || command.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Missing required parameter: "
                            + (kind == null ? "KIND of device, or create, list or remove" : "COMMAND"));
        }
        require(
                memoryBytes == null || (memoryBytes >= LEAST_MEMORY && memoryBytes <= MOST_MEMORY),
                "--memory " + memoryBytes + ": must be 512MiB to 1TiB");
        require(timeLimit.isPositive(), "--time-limit " + TimeSpan.text(timeLimit) + ": must be more than 0");
        for (Path folder : shared) {
            if (!Files.isDirectory(folder)) {
                throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "--share " + folder + ": there is no such folder");
            }
        }
        DeviceShape shape = geometry.shape(DeviceShape.usual());
        kind.requirePossible(shape);
        DeviceFaults broken = faults.of(kind, shape);
        if (kind == EmulatedDevice.NVME_ZNS) {
            return run(job(command, shape, broken.badBlocks(), 0));
        }
        boolean here = !guest && kernel.asked().isEmpty();
        if (here && KernelNullBlk.find() instanceof NullBlockDriver.Available(NullBlockDriver driver)) {
            return runHere(driver, shape, broken);
        }
        List<String> again = new ArrayList<>(List.of("emulate"));
        again.addAll(GeometryOptions.arguments(shape));
        again.addAll(broken.arguments());
        again.addAll(List.of(kind.toString(), "--"));
        again.addAll(command);
        return run(job(GuestJob.ownCommand(again), null, List.of(), shape.zones() * shape.capacityBytes()));
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }

    private int run(GuestJob job) {
        return job.run(GuestJob.prepare(kernel.kernel(), session.terminal()));
    }

    private GuestJob job(List<String> inGuest, DeviceShape namespace, List<ByteRange> badBlocks, long dataBytes) {
        int mebibytes = memoryBytes != null
                ? (int) (memoryBytes / MEBIBYTE)
                : Math.min(MOST_USUAL_MEBIBYTES, GuestJob.memoryFor(dataBytes));
        return new GuestJob(
                inGuest,
                namespace,
                badBlocks,
                mebibytes,
                timeLimit,
                shared,
                new FileInputStream(FileDescriptor.in),
                session.terminal().bytes());
    }

    private int runHere(NullBlockDriver driver, DeviceShape shape, DeviceFaults broken) {
        try (KernelNullBlk device = KernelNullBlk.create(driver, shape, broken)) {
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
