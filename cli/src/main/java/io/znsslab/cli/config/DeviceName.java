package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Nearest;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a user names a device: by a word for one that the program makes itself, or by a path. */
public sealed interface DeviceName {
    /** The words for devices that the program makes itself. */
    List<String> WORDS = List.of("auto", "file", "null_blk", "nvme-zns");

    /** The form that {@link #parse} reads back to the same name. */
    String text();

    /** The same with its path, if it has one, independent of the current folder. */
    default DeviceName absolute() {
        return this;
    }

    /** Whatever is best here. */
    record Automatic() implements DeviceName {
        @Override
        public String text() {
            return "auto";
        }
    }

    /**
     * The embedded device: a regular file with the rules of zones.
     *
     * @param path empty: a temporary one, removed afterwards
     */
    record EmbeddedFile(Optional<Path> path) implements DeviceName {
        @Override
        public String text() {
            return path.map(place -> "file:" + place).orElse("file");
        }

        @Override
        public DeviceName absolute() {
            return new EmbeddedFile(path.map(place -> place.toAbsolutePath().normalize()));
        }
    }

    /** A zoned null_blk, of this kernel or of a micro-VM's. */
    record NullBlk() implements DeviceName {
        @Override
        public String text() {
            return "null_blk";
        }
    }

    /** QEMU's NVMe ZNS device in a micro-VM. */
    record NvmeZns() implements DeviceName {
        @Override
        public String text() {
            return "nvme-zns";
        }
    }

    /** A block device, or an embedded device's file, that exists. */
    record Existing(Path path) implements DeviceName {
        @Override
        public String text() {
            return path.toString();
        }

        @Override
        public DeviceName absolute() {
            return new Existing(path.toAbsolutePath().normalize());
        }
    }

    /**
     * Reads a name: one of the words, a path with a slash in it, or the name of a file in the current folder. Fails
     * with {@link ExitCode#USAGE} where it is none of them.
     */
    static DeviceName parse(String text) {
        DeviceName name = parsePlace(text);
        if (name instanceof Existing(Path path) && !text.contains("/") && !Files.exists(path)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "'" + text + "' names no device, and no file in this folder: use auto, file, file:PATH, null_blk, "
                            + "nvme-zns, or a path such as /dev/nvme0n2"
                            + Nearest.to(text, WORDS)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse(""));
        }
        return name;
    }

    /** Reads a name where nothing is meant but a device that exists: what is none of the words is a path. */
    static DeviceName parsePlace(String text) {
        return switch (text) {
            case "auto" -> new Automatic();
            case "file" -> new EmbeddedFile(Optional.empty());
            case "null_blk" -> new NullBlk();
            case "nvme-zns" -> new NvmeZns();
            default -> parsePath(text);
        };
    }

    private static DeviceName parsePath(String text) {
        String file = "file:";
        if (text.isEmpty() || text.equals(file)) {
            throw new CommandFailure(ExitCode.USAGE, "'" + text + "' names no device: a path is missing");
        }
        try {
            return text.startsWith(file)
                    ? new EmbeddedFile(Optional.of(Path.of(text.substring(file.length()))))
                    : new Existing(Path.of(text));
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.USAGE, "'" + text + "' is not a path: " + e.getReason(), e);
        }
    }
}
