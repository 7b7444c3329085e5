package io.znsslab.cli.demo;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
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
            throw refused(path, e.getMessage(), e);
        }
        if (attributes.isDirectory()) {
            throw refused(path, "it is a directory; name one file in it", null);
        }
        if (!attributes.isRegularFile()) {
            throw refused(
                    path,
                    "it is not a regular file, and its length must be known beforehand; save it to a file first",
                    null);
        }
        if (attributes.size() == 0) {
            throw refused(path, "it is empty, there is nothing to store", null);
        }
        InputFile file = new InputFile(path, attributes.size());
        try {
            file.open().close(); // permission shows only here
        } catch (IOException e) {
            throw refused(path, e.getMessage(), e);
        }
        return file;
    }

    /** Opens it for reading. */
    FileChannel open() {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            throw refused(path, "permission denied", e);
        } catch (IOException e) {
            throw refused(path, e.getMessage(), e);
        }
    }

    /** The failure for a file that can't be read, though it could be opened. */
    static CommandFailure unreadable(Path path, IOException cause) {
        return refused(path, cause.getMessage(), cause);
    }

    private static CommandFailure refused(Path path, String reason, IOException cause) {
        return new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot use the input " + path + ": " + reason, cause);
    }
}
