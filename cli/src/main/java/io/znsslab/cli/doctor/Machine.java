package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The machine as far as its files show it, and the words for commands that change it. Nothing here throws for a file
 * that is missing or may not be read. Immutable.
 *
 * @param root the folder that contains {@code proc}, {@code sys} and the others
 * @param release the kernel's release, such as {@code 6.1.0-32-amd64}
 * @param session for the environment
 */
record Machine(Path root, String release, Session session) {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final long CAP_IPC_LOCK = 1L << 14;

    /** The machine that this process runs on. */
    static Machine ofProcess(Session session) {
        return new Machine(Path.of("/"), System.getProperty("os.version"), session);
    }

    /** The content of a file, without white space at its ends; empty where it cannot be read. */
    Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1)
                    .strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The number that a file holds; empty where it holds none. */
    Optional<Long> number(String path) {
        return text(path).filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong);
    }

    /** What a line {@code name: value} of a file says; empty where it has none. */
    Optional<String> field(String path, String name) {
        return text(path)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(name + ":"))
                        .map(line -> line.substring(name.length() + 1).strip())
                        .findFirst());
    }

    /** Names of the entries of a folder, in order; none where it cannot be read. */
    List<String> names(String folder) {
        try (Stream<Path> entries = Files.list(root.resolve(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** The value of an option of this kernel's build, such as {@code y}; {@code n} where it is off. */
    Optional<String> buildOption(String name) {
        return buildOptions().map(text -> {
            Matcher set = Pattern.compile("(?m)^" + name + "=(\\S+)").matcher(text);
            return set.find() ? set.group(1) : "n";
        });
    }

    private Optional<String> buildOptions() {
        try (InputStream packed = Files.newInputStream(root.resolve("proc/config.gz"));
                InputStream plain = new GZIPInputStream(packed)) {
            return Optional.of(new String(plain.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return text("boot/config-" + release).or(() -> text("lib/modules/" + release + "/config"));
        }
    }

    /** Whether the kernel is of that version or newer. */
    boolean isAtLeast(int major, int minor) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return true;
        }
        int first = Integer.parseInt(matcher.group(1));
        return first > major || (first == major && Integer.parseInt(matcher.group(2)) >= minor);
    }

    /** Whether this process has root's effective user number. */
    boolean isRoot() {
        return field("proc/self/status", "Uid")
                .map(numbers -> numbers.split("\\s+")[1].equals("0"))
                .orElse(false);
    }

    /** Whether this process may lock as much memory as it likes. */
    boolean locksAnyMemory() {
        return field("proc/self/status", "CapEff")
                .map(mask -> (Long.parseUnsignedLong(mask, 16) & CAP_IPC_LOCK) != 0)
                .orElse(false);
    }

    /** Whether a filter of system calls is in force for this process. */
    boolean isFiltered() {
        return field("proc/self/status", "Seccomp").filter("2"::equals).isPresent();
    }

    /** The program of that name on the search path or in the folders of system tools. */
    Optional<Path> program(String name) {
        String path = session.variable("PATH").orElse("") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        return Arrays.stream(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> pathOf(folder, name).stream())
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> pathOf(String folder, String name) {
        try {
            return Optional.of(Path.of(folder, name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** A command that root has to give. */
    String asRoot(String command) {
        return isRoot() ? command : "sudo " + command;
    }

    /** A command of a shell that root has to give, since it writes to a file. */
    String writes(String value, String file) {
        return isRoot() ? "echo " + value + " > " + file : "echo " + value + " | sudo tee " + file;
    }

    /** The command that installs a package, by the package manager that is here. */
    String installs(String debian, String fedora) {
        boolean hasDnf = program("dnf").isPresent() && program("apt-get").isEmpty();
        return asRoot(hasDnf ? "dnf install -y " + fedora : "apt-get install -y " + debian);
    }
}
