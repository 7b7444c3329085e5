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
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One command in a micro-VM, with a zoned device or in a kernel that can make one.
 *
 * @param command the program and its arguments, as the guest sees them
 * @param namespace the shape of QEMU's NVMe device, or null for none
 * @param memoryMebibytes the guest's memory
 * @param timeLimit after which the guest is cut off
 * @param sharedFolders folders of the host that the command may write to
 * @param output where the command's output goes as it comes
 */
public record GuestJob(
        List<String> command,
        DeviceShape namespace,
        int memoryMebibytes,
        Duration timeLimit,
        List<Path> sharedFolders,
        OutputStream output) {
    /** Where the guest sees the NVMe device. */
    public static final String NVME_PATH = "/dev/nvme0n1";

    private static final int GUEST_MEBIBYTES = 1280;
    private static final long MEBIBYTE = 1 << 20;

    public GuestJob {
        command = List.copyOf(command);
        sharedFolders = List.copyOf(sharedFolders);
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
            return namespace == null ? machine.run(task(null, events)) : runWithNamespace(machine, events);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.NO_ZONED_KERNEL, "interrupted while the micro-VM was running", e);
        }
    }

    private int runWithNamespace(MicroVm machine, Consumer<String> events) throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("zns-slab-nvme-");
            Path image = folder.resolve("zns.img");
            try {
                NvmeNamespace device = new NvmeNamespace(
                        image,
                        namespace.zones(),
                        namespace.zoneBytes(),
                        namespace.capacityBytes(),
                        namespace.maxOpen(),
                        namespace.maxActive(),
                        namespace.blockBytes());
                device.createImage();
                return machine.run(task(device, events));
            } finally {
                Files.deleteIfExists(image);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NO_ZONED_KERNEL,
                    "cannot store the image of the NVMe device in " + System.getProperty("java.io.tmpdir") + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private GuestTask task(NvmeNamespace device, Consumer<String> events) {
        GuestTask.Builder task = GuestTask.of(command)
                .memoryMebibytes(memoryMebibytes)
                .timeLimit(timeLimit)
                .output(output)
                .events(events);
        sharedFolders.forEach(task::sharedFolder);
        if (device != null) {
            task.namespace(device).environment("ZNS_SLAB_DEVICE", NVME_PATH);
        }
        return task.build();
    }
}
