package io.znsslab.cli.report;

import io.znsslab.cli.terminal.OutputFile;
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
     * @throws io.znsslab.cli.terminal.CommandFailure where it can't
     */
    void requireWritable() {
        OutputFile.requireWritable(ReportOption.NAME, path);
    }

    /** Writes it, in place of what was there. */
    void write(byte[] content) {
        try {
            Files.write(path, content);
        } catch (IOException e) {
            throw OutputFile.unwritable(path, e);
        }
    }
}
