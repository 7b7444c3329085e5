package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The folder through which one guest and its host exchange files: the command goes in, the exit status and the
 * console's log come out. Readable by its owner alone, since it holds the command's environment.
 */
final class RunFolder {
    private static final int CONSOLE_TAIL_LINES = 40;

    /** {@code sun_path} of unix(7) without its terminator. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final String PREFIX = "zns-slab-guest-";

    private final Path folder;
    private final RunClaim claim;

    private RunFolder(Path folder, RunClaim claim) {
        this.folder = folder;
        this.claim = claim;
    }

    static RunFolder create(GuestTask task) {
        try {
            Path temporaryFiles = temporaryFiles();
            Path folder = Files.createTempDirectory(temporaryFiles, PREFIX);
            RunFolder run = new RunFolder(folder, RunClaim.on(folder));
            try {
                RunClaim.removeUnclaimed(temporaryFiles, PREFIX);
                run.createImages(task.namespaces);
                run.write("settings", "NAMESPACES=" + task.namespaces.size() + "\n");
                run.write(
                        "shared-folders",
                        String.join(
                                "",
                                task.sharedFolders.stream()
                                        .map(path -> path + "\n")
                                        .toList()));
                run.write("command", script(task));
            } catch (IOException | RuntimeException e) {
                run.delete();
                throw e;
            }
            return run;
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot make a folder for a guest in " + System.getProperty("java.io.tmpdir") + ": " + e, e);
        }
    }

    /**
     * The folder for temporary files of this process, or the system's own where a socket's path would be too long in
     * it.
     */
    private static Path temporaryFiles() {
        Path wanted = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        int longest = bytes(wanted.resolve(PREFIX + Long.MAX_VALUE).resolve(GuestPort.EVENTS.toString()));
        return longest <= LONGEST_SOCKET_PATH ? wanted : Path.of("/tmp");
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    Path folder() {
        return folder;
    }

    Path console() {
        return folder.resolve("console");
    }

    Path socket(GuestPort port) {
        return folder.resolve(port.toString());
    }

    /** The file with the bytes of the namespace of this number: the namespace's own image, or a file in this folder. */
    Path image(NvmeNamespace namespace, int number) {
        return namespace.image().orElseGet(() -> folder.resolve("namespace" + number));
    }

    /** QEMU's own messages. */
    Path emulatorLog() {
        return folder.resolve("qemu");
    }

    /** The exit status of the command; empty where the guest did not live to write one. */
    OptionalInt status() {
        Path status = folder.resolve("status");
        try {
            return Files.exists(status)
                    ? OptionalInt.of(Integer.parseInt(Files.readString(status).strip()))
                    : OptionalInt.empty();
        } catch (IOException | NumberFormatException e) {
            throw new EmulationException("Cannot read the guest's exit status from " + status + ": " + e, e);
        }
    }

    /** The last lines that the kernel and the first process printed, then QEMU's own lines, if any. */
    List<String> lastConsoleLines() {
        List<String> lines = new ArrayList<>(tail(console()));
        lines.addAll(tail(emulatorLog()));
        return lines;
    }

    void delete() {
        try {
            claim.close();
            GuestCache.deleteTree(folder);
        } catch (IOException e) {
            throw new EmulationException("Cannot remove the guest's folder " + folder + ": " + e, e);
        }
    }

    /**
     * The command as a script for the first process. Everything is quoted, so no character has a meaning for the shell.
     */
    private static String script(GuestTask task) {
        StringBuilder script = new StringBuilder(
                "exec env -i " + GuestTask.EVENTS_VARIABLE + "=\"$" + GuestTask.EVENTS_VARIABLE + "\"");
        for (Map.Entry<String, String> variable : task.environment.entrySet()) {
            script.append(' ').append(quoted(variable.getKey() + "=" + variable.getValue()));
        }
        script.append(" chroot /root /bin/sh -c ").append(quoted("cd -- \"$1\" && shift && exec \"$@\""));
        script.append(" guest ").append(quoted(task.folder.toString()));
        for (String argument : task.command) {
            script.append(' ').append(quoted(argument));
        }
        return script.append('\n').toString();
    }

    private void createImages(List<NvmeNamespace> namespaces) {
        for (int number = 0; number < namespaces.size(); number++) {
            if (namespaces.get(number).image().isEmpty()) {
                namespaces.get(number).createImage(image(namespaces.get(number), number));
            }
        }
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    /**
     * The last lines; where the kernel panicked, the lines from the panic on, because the trace that follows may be
     * longer than these.
     */
    private static List<String> tail(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            int start = Math.max(0, lines.size() - CONSOLE_TAIL_LINES);
            for (int i = 0; i < start; i++) {
                if (lines.get(i).contains("Kernel panic")) {
                    start = i;
                }
            }
            return lines.subList(start, Math.min(lines.size(), start + CONSOLE_TAIL_LINES));
        } catch (IOException e) {
            return List.of("(cannot read " + file + ": " + e + ")");
        }
    }
}
