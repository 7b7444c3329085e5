package io.znsslab.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for temporary files. */
public final class TemporaryFolders {
    private static final String FULL = "No space left on device";

    private TemporaryFolders() {}

    /**
     * Makes a folder where temporary files go, for the user alone.
     *
     * @throws CommandFailure {@link ExitCode#DEVICE_FULL} where there is no room, else {@link ExitCode#INPUT_UNUSABLE}
     */
    public static Path make(String prefix) {
        return make(Path.of(System.getProperty("java.io.tmpdir")), prefix);
    }

    /** The same in a folder of its own. */
    public static Path make(Path parent, String prefix) {
        try {
            return Files.createTempDirectory(parent, prefix);
        } catch (IOException e) {
            String reason = FileReason.of(e);
            throw new CommandFailure(
                    reason.equals(FULL) ? ExitCode.DEVICE_FULL : ExitCode.INPUT_UNUSABLE,
                    "cannot make a folder for temporary files in " + parent + ": " + reason
                            + "; name another by TMPDIR",
                    e);
        }
    }
}
