package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Terminal;
import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.microvm.GuestKernel;
import io.znsslab.emulation.microvm.GuestTask;
import io.znsslab.emulation.microvm.MicroVm;
import io.znsslab.emulation.microvm.NvmeNamespace;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * One command in a micro-VM, with a zoned device or in a kernel that can make one.
 *
 * @param command the program and its arguments, as the guest sees them
 * @param namespace the shape of QEMU's NVMe device, or null for none
 * @param badBlocks bytes of that device whose reads and writes fail
 * @param memoryMebibytes the guest's memory
 * @param timeLimit after which the guest is cut off
 * @param sharedFolders folders of the host that the command may write to
 * @param input what the command reads from its standard input
 * @param output where the command's standard output goes as it comes; its errors go to this process's own
 */
public record GuestJob(
        List<String> command,
        DeviceShape namespace,
        List<ByteRange> badBlocks,
        int memoryMebibytes,
        Duration timeLimit,
        List<Path> sharedFolders,
        InputStream input,
        OutputStream output) {
    /** Where the guest sees the NVMe device. */
    public static final String NVME_PATH = "/dev/nvme0n1";

    private static final int GUEST_MEBIBYTES = 1280;
    private static final long MEBIBYTE = 1 << 20;

    public GuestJob {
        command = List.copyOf(command);
        badBlocks = List.copyOf(badBlocks);
        sharedFolders = List.copyOf(sharedFolders);
    }

    /** A job without any input. */
    public GuestJob(
            List<String> command,
            DeviceShape namespace,
            int memoryMebibytes,
            Duration timeLimit,
            List<Path> sharedFolders,
            OutputStream output) {
        this(
                command,
                namespace,
                List.of(),
                memoryMebibytes,
                timeLimit,
                sharedFolders,
                InputStream.nullInputStream(),
                output);
    }

    /** The memory that a guest needs for itself, one Java machine, and data that it keeps in memory. */
    public static int memoryFor(long dataBytes) {
        return Math.toIntExact(GUEST_MEBIBYTES + (dataBytes + dataBytes / 8) / MEBIBYTE);
    }

    /** This program with other arguments, as the guest is to start it. */
    public static List<String> ownCommand(List<String> arguments) {
        return OwnCommand.inGuest(arguments);
    }

    /** Whether this process runs in such a guest. */
    public static boolean inGuest() {
        return System.getenv("ZNS_SLAB_GUEST_EVENTS") != null;
    }

    /** Gets the micro-VM ready; lines on {@code err} announce what takes long or changes the machine. */
    public static MicroVm prepare(GuestKernel kernel, Terminal terminal) {
        if (inGuest()) {
            throw new EmulationException("this process runs in a micro-VM, which cannot start another one");
        }
        return MicroVm.prepare(kernel, line -> {
            terminal.err().println("zns-slab: " + line);
            terminal.err().flush();
        });
    }

    /**
     * Runs it.
     *
     * @return the command's exit status
     */
    public int run(MicroVm machine) {
        return run(machine, line -> {});
    }

    /**
     * Runs it.
     *
     * @param events gets each line that the command writes to the file which its variable
     *     {@link GuestTask#EVENTS_VARIABLE} names, on one thread, in order
     * @return the command's exit status
     */
    public int run(MicroVm machine, Consumer<String> events) {
        try {
            return machine.run(task(events));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.NO_ZONED_KERNEL, "interrupted while the micro-VM was running", e);
        }
    }

    private GuestTask task(Consumer<String> events) {
        GuestTask.Builder task = GuestTask.of(command)
                .memoryMebibytes(memoryMebibytes)
                .timeLimit(timeLimit)
                .input(input)
                .output(output)
                .events(events);
        sharedFolders.forEach(task::sharedFolder);
        if (namespace != null) {
            task.namespace(emulated()).environment("ZNS_SLAB_DEVICE", NVME_PATH);
        }
        return task.build();
    }

    private NvmeNamespace emulated() {
        NvmeNamespace whole = new NvmeNamespace(
                namespace.zones(),
                namespace.zoneBytes(),
                namespace.capacityBytes(),
                namespace.maxOpen(),
                namespace.maxActive(),
                namespace.blockBytes());
        List<Long> blocks = badBlocks.stream()
                .flatMap(range -> LongStream.iterate(
                                range.offset(),
                                offset -> offset < range.offset() + range.length(),
                                offset -> offset + namespace.blockBytes())
                        .boxed())
                .toList();
        return whole.withBadBlocks(blocks);
    }
}
