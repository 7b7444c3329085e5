package io.znsslab.cli.doctor;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.platform.LibrarySupport;
import io.znsslab.tier.platform.LockedMemory;
import io.znsslab.tier.platform.RingSupport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The native libraries, io_uring, and the memory that may be locked for it. */
final class RingChecks {
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int ENOSYS = 38;

    private final Machine machine;
    private final Diagnosis diagnosis;

    /** Whether the user's settings refuse a device without io_uring. */
    private final boolean isRequired;

    RingChecks(Machine machine, Diagnosis diagnosis, boolean isRequired) {
        this.machine = machine;
        this.diagnosis = diagnosis;
        this.isRequired = isRequired;
    }

    /** Checks what the chosen device needs, and what else is there. */
    void check(DeviceName chosen) {
        library(
                LibrarySupport.libzbd(),
                isBlockDevice(chosen),
                "device files do without it",
                machine.installs("libzbd2", "libzbd"));
        LibrarySupport liburing = LibrarySupport.liburing();
        library(
                liburing,
                isRequired,
                "until then plain system calls take its place, more slowly",
                machine.installs("liburing2", "liburing"));
        if (liburing.loaded()) {
            RingSupport ring = RingSupport.probe();
            ring(ring);
            lockedMemory(LockedMemory.ofProcess(), ring);
        } else {
            diagnosis.lacking("io_uring", "unknown as long as liburing is missing", Diagnosis.NO_REMEDY);
        }
    }

    /** Whether it is a device of a kernel, this one's or a guest's. */
    private static boolean isBlockDevice(DeviceName chosen) {
        return switch (chosen) {
            case DeviceName.Existing(Path path) -> Files.exists(path) && !Files.isRegularFile(path);
            case DeviceName.NullBlk _, DeviceName.NvmeZns _ -> true;
            case DeviceName.EmbeddedFile _, DeviceName.Automatic _ -> false;
        };
    }

    private void library(LibrarySupport library, boolean isNeeded, String otherwise, String installation) {
        if (library.loaded()) {
            String version = library.version().isEmpty() ? "loaded" : library.version();
            diagnosis.ok(
                    library.name(),
                    version + library.file().map(file -> " (" + file + ")").orElse(""));
        } else if (isNeeded) {
            diagnosis.blocking(ExitCode.SETUP_INCOMPLETE, library.name(), library.problem(), installation);
        } else {
            diagnosis.lacking(library.name(), library.problem() + "; " + otherwise, installation);
        }
    }

    private void ring(RingSupport ring) {
        if (!ring.usable()) {
            refused(ring);
            return;
        }
        diagnosis.ok(
                "io_uring",
                "allowed ("
                        + switchOf()
                                .map(value -> "kernel.io_uring_disabled = " + value + ", ")
                                .orElse("")
                        + (machine.isFiltered() ? "a filter of system calls lets it pass" : "no filter of system calls")
                        + ")");
        String features = String.join(", ", ring.features());
        if (ring.missing().isEmpty()) {
            diagnosis.ok("io_uring features", features);
        } else {
            diagnosis.warning(
                    "io_uring features",
                    features + "; without " + String.join(", ", ring.missing()),
                    Diagnosis.NO_REMEDY);
        }
    }

    private void refused(RingSupport ring) {
        String remedy = remedy(ring.errno());
        // for lack of memory, which may pass, nothing takes its place
        if (isRequired || ring.errno() == ENOMEM) {
            diagnosis.blocking(ExitCode.SETUP_INCOMPLETE, "io_uring", ring.refusal(), remedy);
        } else {
            diagnosis.lacking(
                    "io_uring", ring.refusal() + "; until then plain system calls take its place, more slowly", remedy);
        }
    }

    private Optional<String> switchOf() {
        return machine.text("proc/sys/kernel/io_uring_disabled");
    }

    private String remedy(int errno) {
        boolean off = switchOf().filter(value -> !value.equals("0")).isPresent();
        if (errno == EPERM && off) {
            return machine.asRoot("sysctl kernel.io_uring_disabled=0");
        }
        if (errno == EPERM || (errno == ENOSYS && machine.isFiltered())) {
            // A profile that allows the three calls of io_uring does as well, and is more work than one command.
            return "docker run --security-opt seccomp=unconfined ...";
        }
        return errno == ENOMEM ? raisedLimit() : Diagnosis.NO_REMEDY;
    }

    private void lockedMemory(LockedMemory limit, RingSupport ring) {
        String name = "locked memory";
        String value = bytes(limit.limitBytes())
                + (limit.mostBytes() > limit.limitBytes() ? ", may be raised to " + bytes(limit.mostBytes()) : "");
        boolean free = machine.locksAnyMemory();
        boolean enough = free || limit.limitBytes() >= RingSupport.REGISTERED_BYTES;
        if (enough && (ring.registersBuffers() || !ring.usable())) {
            diagnosis.ok(name, value + (free ? "; does not bind this process (CAP_IPC_LOCK)" : ""));
        } else {
            diagnosis.warning(
                    name,
                    value + "; buffers of " + Figures.bytes(RingSupport.REGISTERED_BYTES)
                            + " cannot be registered, and each transfer pins its pages anew",
                    raisedLimit());
        }
    }

    private static String bytes(long bytes) {
        return bytes == Long.MAX_VALUE ? "no limit" : Figures.bytes(bytes);
    }

    /** Raises the limit of the shell from which the command is given. */
    private String raisedLimit() {
        return machine.asRoot("prlimit --pid $$ --memlock=unlimited:unlimited");
    }
}
