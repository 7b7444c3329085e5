package io.znsslab.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes its result to at its end: found to be usable before the work, not after it. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Refuses a file that can't be written, without creating it.
     *
     * @param option that names the file, such as {@code --report}
     * @param file null for none
     * @throws CommandFailure {@link ExitCode#INPUT_UNUSABLE}
     */
    public static void requireWritable(String option, Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw refused(option, file, "it is a folder; name a file in it");
        }
        if (Files.exists(file)) {
            if (!Files.isWritable(file)) {
                throw refused(option, file, "permission denied");
            }
            return;
        }
        if (folder == null || Files.notExists(folder)) {
            throw refused(option, file, "there is no folder " + folder + "; make it first");
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw refused(option, file, folder + " is not a folder");
        }
        if (!Files.isWritable(folder)) {
            throw refused(option, file, "permission denied in the folder " + folder);
        }
    }

    /** The failure for a file that can't be written after all. */
    public static CommandFailure unwritable(Path file, IOException cause) {
        return new CommandFailure(
                ExitCode.INPUT_UNUSABLE, "cannot write to " + file + ": " + FileReason.of(cause), cause);
    }

    private static CommandFailure refused(String option, Path file, String reason) {
        return new CommandFailure(ExitCode.INPUT_UNUSABLE, option + " " + file + ": cannot write to it: " + reason);
    }
}
