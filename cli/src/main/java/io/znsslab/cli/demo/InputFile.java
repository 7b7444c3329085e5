package io.znsslab.cli.demo;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.FileReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file that {@code --input} names, looked at once.
 *
 * @param path as the user gave it
 * @param sizeBytes its length when it was looked at, 1 or more
 */
record InputFile(Path path, long sizeBytes) {
    private static final String UNKNOWN_LENGTH =
            "its length is not the one that it reports, as with files that the kernel generates, and the length must "
                    + "be known in advance; save it to a file first";

    /** The file, or a failure that says in one line why it will not do. */
    static InputFile of(Path path) {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            boolean link = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            throw refused(path, link ? "it is a link to nothing" : "no such file", e);
        } catch (AccessDeniedException e) {
            throw refused(path, "permission denied", e);
        } catch (IOException e) {
            throw refused(path, FileReason.of(e), e);
        }
        if (attributes.isDirectory()) {
            throw refused(path, "it is a directory; name one file in it", null);
        }
        if (!attributes.isRegularFile()) {
            throw refused(
                    path,
                    "it is not a regular file, and its length must be known in advance; save it to a file first",
                    null);
        }
        InputFile file = new InputFile(path, attributes.size());
        try (FileChannel channel = file.open()) { // permission shows only here
            file.requireItsSize(channel);
        } catch (IOException e) {
            throw refused(path, FileReason.of(e), e);
        }
        return file;
    }

    /**
     * Files of {@code /proc} and {@code /sys} are made by the kernel as they are read, and are longer or shorter than
     * they say.
     */
    private void requireItsSize(FileChannel channel) throws IOException {
        boolean more = channel.read(ByteBuffer.allocate(1), sizeBytes) > 0;
        if (sizeBytes == 0 && !more) {
            throw refused(path, "it is empty", null);
        }
        boolean grows = more && channel.size() > sizeBytes;
        boolean lessThanItSays = sizeBytes > 0
                && channel.read(ByteBuffer.allocate(1), sizeBytes - 1) <= 0
                && channel.size() == sizeBytes;
        if ((more && !grows) || lessThanItSays) {
            throw refused(path, UNKNOWN_LENGTH, null);
        }
    }

    /** What to tell where the file, as it was opened, ended before its size. */
    CommandFailure endedAt(long end, FileChannel channel) throws IOException {
        return channel.size() < sizeBytes
                ? refused(
                        path,
                        "it became shorter while it was read: it had " + sizeBytes + " bytes, now it ends at " + end,
                        null)
                : refused(path, UNKNOWN_LENGTH, null);
    }

    /**
     * Where another process finds it that sees the same files: not by a descriptor of this one.
     *
     * @throws CommandFailure where it has no name
     */
    Path pathInGuest() {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw refused(path, "it was deleted, so that a micro-VM cannot open it by name; save a copy first", e);
        }
    }

    /** Opens it for reading. */
    FileChannel open() {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            throw refused(path, "permission denied", e);
        } catch (IOException e) {
            throw refused(path, FileReason.of(e), e);
        }
    }

    /** The failure for a file that can't be read, though it could be opened. */
    static CommandFailure unreadable(Path path, IOException cause) {
        return refused(path, FileReason.of(cause), cause);
    }

    private static CommandFailure refused(Path path, String reason, IOException cause) {
        return new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot use the input " + path + ": " + reason, cause);
    }
}
