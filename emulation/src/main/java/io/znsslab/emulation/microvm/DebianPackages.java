package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Finds programs of Debian or Ubuntu packages, and installs missing packages where this process is root. */
final class DebianPackages {
    private static final Path ANYWHERE = Path.of("/");

    /** How long apt waits for its lock: another build, or the machine's automatic updates, may hold it. */
    private static final String LOCK_TIMEOUT = "DPkg::Lock::Timeout=300";

    private final Consumer<String> progress;

    DebianPackages(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * Finds a package's program. A missing package is installed where this process is root.
     *
     * @throws EmulationException when the program can't be had; the message says what to install
     */
    Path program(String program, String packageName, String fedoraPackage) {
        Optional<Path> present = HostCommand.find(program);
        if (present.isPresent()) {
            return present.get();
        }
        String advice = "install it: apt install " + packageName + " (Debian, Ubuntu), dnf install " + fedoraPackage
                + " (Fedora)";
        if (HostCommand.find("apt-get").isEmpty() || !HostCommand.isRoot()) {
            throw new EmulationException("The micro-VM needs " + program + ", which is not on this machine; " + advice);
        }
        progress.accept("installing the package " + packageName + " (apt-get install): the micro-VM needs " + program);
        List<String> install =
                List.of("apt-get", "-o", LOCK_TIMEOUT, "install", "-y", "-q", "--no-install-recommends", packageName);
        withFreshLists("install " + packageName, () -> HostCommand.run(ANYWHERE, install));
        return HostCommand.find(program)
                .orElseThrow(() -> new EmulationException(
                        "apt-get installed " + packageName + ", and still there is no " + program + "; " + advice));
    }

    /** A fresh machine has no package lists and an old one has stale ones; an update mends both. */
    private HostCommand.Result withFreshLists(String what, Supplier<HostCommand.Result> attempt) {
        HostCommand.Result first = attempt.get();
        if (first.status() == 0) {
            return first;
        }
        progress.accept("updating the package lists (apt-get update)");
        HostCommand.Result update = HostCommand.run(ANYWHERE, List.of("apt-get", "-o", LOCK_TIMEOUT, "update", "-q"));
        HostCommand.Result second = attempt.get();
        if (second.status() != 0) {
            throw new EmulationException("Cannot " + what + ": " + second.errors()
                    + (update.status() == 0 ? "" : "; apt-get update: " + update.errors()));
        }
        return second;
    }
}
