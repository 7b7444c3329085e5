package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gets packages of Debian or Ubuntu: installed where this process is root, unpacked into a folder anywhere else. */
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

    /**
     * Downloads packages and unpacks them all into one folder. Nothing is installed.
     *
     * @param folder is made; holds {@code usr}, {@code boot} and so on afterwards
     */
    void unpack(List<String> packages, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of("apt-get", "download", "-q"));
        command.addAll(packages);
        withFreshLists("download " + packages, () -> HostCommand.run(folder, command));
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.deb")) {
            found.forEach(archives::add);
        }
        for (Path archive : archives) {
            HostCommand.require(folder, List.of("dpkg-deb", "-x", archive.toString(), folder.toString()));
            Files.delete(archive);
        }
    }

    /** The package that a meta package such as {@code linux-image-amd64} stands for today. */
    String dependencyOf(String metaPackage, Pattern wanted) {
        List<String> command = List.of("apt-cache", "show", "--no-all-versions", metaPackage);
        HostCommand.Result shown =
                withFreshLists("find the package " + metaPackage, () -> HostCommand.run(ANYWHERE, command));
        Matcher matcher = Pattern.compile("^Depends:.*?(" + wanted.pattern() + ")", Pattern.MULTILINE)
                .matcher(shown.output());
        if (!matcher.find()) {
            throw new EmulationException(
                    "The package " + metaPackage + " depends on nothing like " + wanted + ": " + shown.lastLines());
        }
        return matcher.group(1);
    }

    /** A fresh machine has no package lists and an old one has stale ones: both are cured by an update. */
    private HostCommand.Result withFreshLists(String what, Supplier<HostCommand.Result> attempt) {
        HostCommand.Result first = attempt.get();
        if (first.status() == 0) {
            return first;
        }
        if (!HostCommand.isRoot()) {
            throw new EmulationException(
                    "Cannot " + what + ": " + errors(first) + "; run: sudo apt-get update, then try again");
        }
        progress.accept("updating the package lists (apt-get update)");
        HostCommand.Result update = HostCommand.run(ANYWHERE, List.of("apt-get", "-o", LOCK_TIMEOUT, "update", "-q"));
        HostCommand.Result second = attempt.get();
        if (second.status() != 0) {
            throw new EmulationException("Cannot " + what + ": " + errors(second)
                    + (update.status() == 0 ? "" : "; apt-get update: " + errors(update)));
        }
        return second;
    }

    /** apt's own error lines, or whatever was printed last where there are none. */
    private static String errors(HostCommand.Result result) {
        String errors = String.join(
                " | ",
                result.output().lines().filter(line -> line.startsWith("E:")).toList());
        return errors.isEmpty() ? result.lastLines() : errors;
    }
}
