package io.znsslab.cli.bench.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.TemporaryFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of files that are gone when it is closed, and when the process is ended before. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread remover;

    private TemporaryFolder(Path path) {
        this.path = path;
        remover = new Thread(() -> removeAtExit(path), "temporary folder remover");
        Runtime.getRuntime().addShutdownHook(remover);
    }

    /** A new one in that folder. */
    public static TemporaryFolder in(Path parent) {
        return new TemporaryFolder(TemporaryFolders.make(parent, "zns-slab-bench-"));
    }

    /** A file in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException e) {
            return; // the process is ending: the hook removes it
        }
        try {
            remove(path);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot remove " + path + ": " + e.getMessage(), e);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    private static void removeAtExit(Path folder) {
        try {
            remove(folder);
        } catch (IOException e) {
            System.err.println("zns-slab: cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
