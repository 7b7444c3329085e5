package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.FileReason;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The user's settings in a properties file. A reader sees the file as it was before or after a change, never in
 * between: a change is written beside it, forced to disk and renamed over it. Two changes at the same moment: the later
 * one wins.
 */
final class SettingsFile {
    private static final String FILE_NAME = "config.properties";

    private final Path path;

    SettingsFile(Path folder) {
        path = folder.resolve(FILE_NAME);
    }

    Path path() {
        return path;
    }

    Optional<String> get(Setting setting) {
        return Optional.ofNullable(read().getProperty(setting.key())).filter(value -> !value.isEmpty());
    }

    void set(Setting setting, String value) {
        Properties all = read();
        all.setProperty(setting.key(), value);
        write(all);
    }

    /** The keys in the file that name no setting, such as mistyped ones. */
    List<String> unknownKeys() {
        return read().stringPropertyNames().stream()
                .filter(key -> Setting.named(key).isEmpty())
                .sorted()
                .toList();
    }

    /** Whether there is a file. */
    boolean exists() {
        return Files.exists(path);
    }

    /** Whether the key, which need not be a setting's, was there. */
    boolean remove(String key) {
        Properties all = read();
        if (all.remove(key) == null) {
            return false;
        }
        write(all);
        return true;
    }

    private Properties read() {
        Properties all = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            all.load(reader);
        } catch (NoSuchFileException e) {
            return all; // nothing has been set yet
        } catch (IOException | IllegalArgumentException e) {
            throw failure("read", e);
        }
        return all;
    }

    private void write(Properties all) {
        Path beside = null;
        try {
            // A link (dot files are often kept elsewhere) stays a link: the file that it names is replaced.
            Path target = Files.exists(path) ? path.toRealPath() : path;
            Path folder = target.getParent();
            Files.createDirectories(folder);
            beside = Files.createTempFile(folder, FILE_NAME, ".new");
            ByteBuffer text = StandardCharsets.UTF_8.encode(textOf(all));
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                channel.force(true);
            }
            rename(beside, target);
        } catch (IOException e) {
            removeQuietly(beside, e);
            throw failure("write", e);
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void removeQuietly(Path beside, IOException cause) {
        if (beside == null) {
            return;
        }
        try {
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** As {@link Properties#store} writes it, without its date, so that the same settings are the same bytes. */
    private static String textOf(Properties all) throws IOException {
        StringWriter text = new StringWriter();
        all.store(text, null);
        return "# written by zns-slab config\n"
                + text.toString()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .sorted()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
    }

    private CommandFailure failure(String attempt, Exception cause) {
        String reason = cause instanceof IOException io ? FileReason.of(io) : cause.getMessage();
        return new CommandFailure(
                ExitCode.INPUT_UNUSABLE, "cannot " + attempt + " the settings file " + path + ": " + reason, cause);
    }
}
