package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Programs of packages of Debian or Ubuntu, installed where they are missing and this process is root. */
final class DebianPackages {
    private static final Path ANYWHERE = Path.of("/");

    /** Somebody else, such as another build or the machine's own updates, may be at it. */
    private static final String LOCK_TIMEOUT = "DPkg::Lock::Timeout=300";

    private final Consumer<String> progress;

    DebianPackages(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * The program of a package, which is installed where it is missing and where that is allowed.
     *
     * @throws EmulationException with the line that says what to install, when it can't be
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

    /** A fresh machine has no package lists and an old one has stale ones: both are cured by an update. */
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
