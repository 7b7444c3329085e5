package io.znsslab.cli.report;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file that a report goes to; the ending of its name says in which form. */
record ReportFile(Path path, Form form) {
    /** What is in the file. */
    enum Form {
        HTML,
        PNG,
        JSON
    }

    /** Reads a name. */
    static final class Converter implements ITypeConverter<ReportFile> {
        @Override
        public ReportFile convert(String text) {
            if (text.isBlank()) {
                throw new TypeConversionException("the name of the report's file is empty");
            }
            try {
                return new ReportFile(Path.of(text), formOf(text.toLowerCase(Locale.ROOT)));
            } catch (InvalidPathException e) {
                throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
            }
        }

        private static Form formOf(String name) {
            if (name.endsWith(".html") || name.endsWith(".htm")) {
                return Form.HTML;
            }
            return name.endsWith(".png") ? Form.PNG : Form.JSON;
        }
    }

    /**
     * Looks whether it can be written, without writing it.
     *
     * @throws CommandFailure where it can't
     */
    void requireWritable() {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw refused("it is a folder; name a file in it", null);
        }
        if (Files.exists(path)) {
            require(Files.isWritable(path), "permission denied");
        } else {
            require(Files.exists(folder), "there is no folder " + folder + "; create it first");
            require(Files.isDirectory(folder), folder + " is not a folder");
            require(Files.isWritable(folder), "permission denied in " + folder);
        }
    }

    private void require(boolean holds, String rule) {
        if (!holds) {
            throw refused(rule, null);
        }
    }

    /** Writes it, in place of what was there. */
    void write(byte[] content) {
        try {
            Files.write(path, content);
        } catch (IOException e) {
            throw refused(e.getMessage(), e);
        }
    }

    private CommandFailure refused(String reason, IOException cause) {
        return new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot write the report to " + path + ": " + reason, cause);
    }
}
