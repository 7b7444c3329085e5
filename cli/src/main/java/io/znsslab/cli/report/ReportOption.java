package io.znsslab.cli.report;

import io.znsslab.cli.terminal.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/**
 * The option {@code --report}. A command {@linkplain #requireWritable looks} at it before it begins, and
 * {@linkplain #write writes} the reports at its end.
 */
public final class ReportOption {
    /** As the user writes it. */
    static final String NAME = "--report";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            converter = ReportFile.Converter.class,
            description = "Write a report to this file as well: a page with plots if its name ends in .html, the plots "
                    + "as a picture if it ends in .png, else JSON. May be given several times.")
    private List<ReportFile> files = new ArrayList<>();

    /** For picocli. */
    public ReportOption() {}

    /** Whether a page has to be drawn. */
    public boolean wantsPage() {
        return files.stream().anyMatch(file -> file.form() != ReportFile.Form.JSON);
    }

    /**
     * Looks whether the reports can be written, before anything is done for them.
     *
     * @throws io.znsslab.cli.terminal.CommandFailure where one can't
     */
    public void requireWritable() {
        files.forEach(ReportFile::requireWritable);
    }

    /**
     * Writes all that were asked for.
     *
     * @param page asked for once if it has to be drawn
     * @param json what the command prints with {@code --json}
     * @throws io.znsslab.cli.terminal.CommandFailure where one can't be written, or plots can't be drawn here
     */
    public void write(Supplier<Page> page, Record json) {
        writeText(page, () -> Json.text(json) + "\n");
    }

    /** As {@link #write}, with the text of the JSON document, a newline at its end. */
    public void writeText(Supplier<Page> page, Supplier<String> json) {
        Page drawn = wantsPage() ? page.get() : null;
        for (ReportFile file : files) {
            file.write(
                    switch (file.form()) {
                        case HTML -> HtmlPage.of(drawn).getBytes(StandardCharsets.UTF_8);
                        case PNG -> PngPage.of(drawn);
                        case JSON -> json.get().getBytes(StandardCharsets.UTF_8);
                    });
        }
    }
}
