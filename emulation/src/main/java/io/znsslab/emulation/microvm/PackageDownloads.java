package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds and downloads Debian packages without root rights and without installing them. It has its own package lists,
 * which start as a copy of the machine's and are updated before each search. The machine's lists stay as they are.
 *
 * <p>Where the lists cannot be updated, the old ones are used, and a later error names the failed update as well. Used
 * by one thread.
 */
final class PackageDownloads {
    private static final Path ANYWHERE = Path.of("/");

    /** After this time without an answer the update fails, and the old lists are used. */
    private static final List<String> PATIENCE = List.of("-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1");

    private final Path folder;
    private final Path machinesLists;
    private final List<String> aptGet;
    private final List<String> aptCache;
    private final Consumer<String> progress;
    private String updateFailure = "";

    /** Uses the package manager and the lists of this machine. */
    static PackageDownloads ofThisMachine(Path folder, Consumer<String> progress) {
        return new PackageDownloads(
                folder, Path.of("/var/lib/apt/lists"), List.of("apt-get"), List.of("apt-cache"), progress);
    }

    /**
     * @param folder for the lists and what apt derives from them; made where it is missing
     * @param machinesLists the lists to copy at the start
     */
    PackageDownloads(
            Path folder, Path machinesLists, List<String> aptGet, List<String> aptCache, Consumer<String> progress) {
        this.folder = folder;
        this.machinesLists = machinesLists;
        this.aptGet = aptGet;
        this.aptCache = aptCache;
        this.progress = progress;
    }

    /** Brings the lists up to date, as far as their servers can be reached. */
    void update() throws IOException {
        Files.createDirectories(lists().resolve("partial"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        copyTheMachinesLists();
        progress.accept("updating a copy of the package lists (apt-get update)");
        List<String> arguments = new ArrayList<>(PATIENCE);
        arguments.addAll(List.of("update", "-q"));
        HostCommand.Result update = HostCommand.run(ANYWHERE, command(aptGet, arguments));
        List<String> trouble = update.output()
                .lines()
                .filter(line -> line.startsWith("E:") || line.startsWith("W: Failed to fetch"))
                .limit(2)
                .toList();
        if (!trouble.isEmpty()) {
            updateFailure = String.join(" | ", trouble);
        } else if (update.status() != 0) {
            updateFailure = update.lastLines();
        }
    }

    /** Why the lists may be outdated, as the end of a message; empty where they are fresh. */
    String doubt() {
        return updateFailure.isEmpty() ? "" : "; the package lists could not be updated: " + updateFailure;
    }

    /**
     * The first dependency with such a name, taken from the newest version of the first of these meta packages that has
     * one.
     */
    Optional<String> dependencyOf(List<String> metaPackages, Pattern wanted) {
        Pattern dependency = Pattern.compile("^Depends:.*?\\b(" + wanted.pattern() + ")", Pattern.MULTILINE);
        for (String metaPackage : metaPackages) {
            HostCommand.Result shown =
                    HostCommand.run(ANYWHERE, command(aptCache, List.of("show", "--no-all-versions", metaPackage)));
            Matcher matcher = dependency.matcher(shown.status() == 0 ? shown.output() : "");
            if (matcher.find()) {
                return Optional.of(matcher.group(1));
            }
        }
        return Optional.empty();
    }

    /**
     * Downloads packages and unpacks them all into one folder.
     *
     * @param target the folder to make; holds {@code usr}, {@code boot} and so on afterwards
     */
    void unpack(List<String> packages, Path target) throws IOException {
        Files.createDirectories(target);
        List<String> arguments = new ArrayList<>(List.of("download", "-q"));
        arguments.addAll(packages);
        HostCommand.Result download = HostCommand.run(target, command(aptGet, arguments));
        if (download.status() != 0) {
            throw new EmulationException("Cannot download " + packages + ": " + download.errors() + doubt());
        }
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "*.deb")) {
            found.forEach(archives::add);
        }
        for (Path archive : archives) {
            HostCommand.require(target, List.of("dpkg-deb", "-x", archive.toString(), target.toString()));
            Files.delete(archive);
        }
    }

    private Path lists() {
        return folder.resolve("lists");
    }

    /** Leaves unchanged lists out of the download; a list that cannot be read is downloaded. */
    private void copyTheMachinesLists() throws IOException {
        if (!Files.isDirectory(machinesLists)) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(machinesLists)) {
            for (Path list : found) {
                Path copy = lists().resolve(list.getFileName());
                if (Files.isRegularFile(list)
                        && Files.isReadable(list)
                        && Files.size(list) > 0
                        && !isNewer(copy, list)) {
                    Files.copy(list, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static boolean isNewer(Path copy, Path list) throws IOException {
        return Files.exists(copy) && Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(list)) >= 0;
    }

    private List<String> command(List<String> program, List<String> arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("-o", "Dir::State::Lists=" + lists(), "-o", "Dir::Cache=" + folder.resolve("cache")));
        command.addAll(arguments);
        return command;
    }
}
