package io.znsslab.cli.terminal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file can't be used, in words: many of Java's own messages say the path again, and nothing else. */
public final class FileReason {
    private FileReason() {}

    /** The reason, without the path. */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "no such file or folder";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException present -> "it exists already";
            case NotDirectoryException file -> "it is not a folder";
            case DirectoryNotEmptyException folder -> "the folder is not empty";
            case FileSystemLoopException loop -> "its symbolic links lead in a circle";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
