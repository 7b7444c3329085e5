package io.znsslab.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process' standard output, by which a result that cannot be written fails the command: Java's own
 * {@code System.out} swallows every error.
 *
 * <p>The first write that fails throws; what is written afterwards, such as what a buffer still held, goes nowhere.
 * Thread-safe.
 */
final class StandardOutput extends OutputStream {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

    private final OutputStream to;
    private boolean failed;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /**
     * Writes.
     *
     * @throws CommandFailure {@link ExitCode#OUTPUT_ENDED} where nothing reads the pipe any more, else
     *     {@link ExitCode#INPUT_UNUSABLE}
     */
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (failed) {
            return;
        }
        try {
            to.write(bytes, offset, length);
        } catch (IOException e) {
            failed = true;
            throw new CommandFailure(
                    isEndOfPipe(e) ? ExitCode.OUTPUT_ENDED : ExitCode.INPUT_UNUSABLE,
                    "cannot write to standard output: " + e.getMessage(),
                    e);
        }
    }

    /** There is no errno to look at, and its text is in the language of the user; but a pipe fails in this way only. */
    private static boolean isEndOfPipe(IOException failure) {
        if ("Broken pipe".equals(failure.getMessage())) {
            return true;
        }
        try {
            String target = Files.readSymbolicLink(DESCRIPTOR).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException e) {
            return false; // nothing is known of it, and a code that says more than is known would be wrong
        }
    }
}
