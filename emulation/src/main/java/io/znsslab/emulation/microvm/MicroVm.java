package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A small machine in QEMU whose kernel has zoned block devices. It sees the host's folders under their own paths: the
 * JDK, the checkout and whatever else a command needs are simply there.
 *
 * <pre>{@code
 * MicroVm machine = MicroVm.prepare(System.err::println);
 * int status = machine.run(GuestTask.of(List.of("blkzone", "report", "/dev/nvme0n1")).namespace(namespace).build());
 * }</pre>
 *
 * <p>A guest takes about five seconds to start and stop. Immutable; any thread may start any number of guests.
 */
public final class MicroVm {
    private final Path qemu;
    private final GuestSystem system;

    private MicroVm(Path qemu, GuestSystem system) {
        this.qemu = qemu;
        this.system = system;
    }

    /** As {@link #prepare(GuestKernel, Consumer)}, with the kernel of the distribution. */
    public static MicroVm prepare(Consumer<String> progress) {
        return prepare(GuestKernel.DISTRIBUTION, progress);
    }

    /**
     * Finds or makes all that a guest needs. QEMU is installed where this process is root on Debian or Ubuntu. The
     * kernel and the initial RAM disk are made once and kept in {@code $ZNS_SLAB_CACHE}, else
     * {@code $XDG_CACHE_HOME/zns-slab}, else {@code ~/.cache/zns-slab}. Processes that do this at the same time wait
     * for each other.
     *
     * @param kernel the Linux that the guests run
     * @param progress receives one line for each step that takes long or changes the machine; no call where all is
     *     ready
     * @throws EmulationException with one line that says what to install, where a part can't be had
     */
    public static MicroVm prepare(GuestKernel kernel, Consumer<String> progress) {
        String architecture = System.getProperty("os.arch");
        if (!architecture.equals("amd64")) {
            throw new EmulationException(
                    "The micro-VM runs the host's own programs on an x86-64 kernel, and this machine is "
                            + architecture);
        }
        GuestCache cache = cache(progress);
        Path qemu =
                new DebianPackages(progress).program("qemu-system-x86_64", "qemu-system-x86", "qemu-system-x86-core");
        return new MicroVm(qemu, GuestSystem.prepare(cache, kernel, progress));
    }

    /**
     * The Debian package of a kernel that {@link #prepare} has already fetched into the cache; empty where it would
     * have to be downloaded. Nothing is made or downloaded.
     */
    public static Optional<String> fetchedKernel(GuestKernel kernel) {
        return GuestSystem.fetchedKernel(cache(line -> {}), kernel);
    }

    private static GuestCache cache(Consumer<String> progress) {
        return GuestCache.of(System.getenv(), System.getProperty("user.home"), progress);
    }

    /** The Debian package that the guests' kernel came from. */
    public String kernelPackage() {
        return system.kernelPackage();
    }

    /** Starts a guest. The images that its namespaces name have to exist. The caller waits for it or cuts it off. */
    public RunningGuest start(GuestTask task) {
        return RunningGuest.start(qemu, system, task);
    }

    /**
     * Runs a task to its end.
     *
     * @return the command's exit status, 0 to 255; 128 and the signal's number where a signal ended it
     * @throws GuestFailedException when the guest ended without one
     */
    public int run(GuestTask task) throws InterruptedException {
        try (RunningGuest guest = start(task)) {
            return guest.waitFor();
        }
    }
}
