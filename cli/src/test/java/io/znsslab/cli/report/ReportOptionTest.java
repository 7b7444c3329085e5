package io.znsslab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.report.Plot.Axis;
import io.znsslab.cli.report.Plot.Heights;
import io.znsslab.cli.report.Plot.Scale;
import io.znsslab.cli.report.Plot.Series;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReportOptionTest {
    private static final Page PAGE = new Page(
            "A <page> & more",
            "What was done.",
            List.of(
                    Table.ofFacts("Facts", Map.of("device", "\"/dev/x\"")),
                    new Table("Figures", List.of("operation", "count"), List.of(List.of("read", "1,000")))),
            List.of(
                    new Plot.Lines(
                            "Curve",
                            "A curve.",
                            Axis.of("seconds"),
                            Axis.of("MiB"),
                            List.of(new Series("one", List.of(0.0, 1.0, 2.0), List.of(0.0, 5.0, 3.0)))),
                    new Plot.Lines(
                            "Latencies",
                            "Two distributions, with a zero.",
                            new Axis("percentile", Scale.PERCENTILES),
                            new Axis("duration", Scale.NANOSECONDS),
                            List.of(
                                    new Series("a", List.of(0.0, 50.0, 99.0, 100.0), List.of(0.0, 10.0, 5e3, 2e9)),
                                    new Series("b", List.of(50.0), List.of(1e6)))),
                    new Plot.Bars(
                            "Bars",
                            "Bars of two colours.",
                            List.of("glibc", "slab"),
                            Axis.of("ns"),
                            List.of(
                                    new Heights("first", List.of(10.0, 20.0)),
                                    new Heights("second", List.of(0.0, 5.0)))),
                    new Plot.HeatMap(
                            "Heat",
                            "A map.",
                            List.of("0", "1", "2"),
                            List.of("a", "b"),
                            List.of(List.of(0.0, 0.5), List.of(1.0, 0.2), List.of(1.0, 1.0)),
                            "seconds",
                            "zone"),
                    new Plot.Lines("Nothing", "No point.", Axis.of("x"), Axis.of("y"), List.of())));

    record Figures(int count) {}

    @TempDir
    private Path folder;

    private static ReportOption parsed(String... files) {
        ReportOption option = new ReportOption();
        CommandLine command = new CommandLine(CommandLine.Model.CommandSpec.create()
                .addMixin("report", CommandLine.Model.CommandSpec.forAnnotatedObject(option)));
        for (String file : files) {
            assertThat(file).isNotBlank();
        }
        command.parseArgs(
                List.of(files).stream().map(file -> "--report=" + file).toArray(String[]::new));
        return option;
    }

    private Path written(String name) {
        Path file = folder.resolve(name);
        ReportOption option = parsed(file.toString());
        option.requireWritable();
        option.write(() -> PAGE, new Figures(7));
        return file;
    }

    @Test
    void aPageNeedsNoOtherFileAndNoScript() throws IOException {
        assertThat(written("report.html"))
                .content()
                .startsWith("<!doctype html>")
                .endsWith("</html>\n")
                .doesNotContain("<script", "src=", "@import", "<link", "url(http", "href=\"http");
    }

    @Test
    void eachPlotOfAPageIsAPictureInItAndAnEmptyOneSaysSo() throws IOException {
        String text = Files.readString(written("report.html"));

        List<String> figures = matches(text, "<figure.*?</figure>");
        assertThat(figures).hasSize(PAGE.plots().size());
        assertThat(figures.subList(0, 4)).allSatisfy(figure -> {
            assertThat(matches(figure, "<svg[^>]*viewBox=\"0 0 960 \\d+\"")).hasSize(1);
            assertThat(matches(figure, "<(path|rect|line|polyline|polygon|circle|ellipse)\\b"))
                    .hasSizeGreaterThan(10);
        });
        assertThat(figures.getLast()).contains("Nothing: nothing was measured.").doesNotContain("<svg");
    }

    @Test
    void noIdIsTwiceOnAPageAndEachReferenceHasOne() throws IOException {
        String text = Files.readString(written("report.html"));

        List<String> ids = matches(text, "(?<=\\bid=\")[^\"]+");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).containsAll(matches(text, "(?<=url\\(#)[^)]+"));
    }

    @Test
    void whatAUserNamedIsTextOnAPage() throws IOException {
        assertThat(written("report.html"))
                .content()
                .contains("<title>A &lt;page&gt; &amp; more</title>", "<td>&quot;/dev/x&quot;</td>")
                .contains("<td class=\"number\">1,000</td>");
    }

    @Test
    void aPictureHasThePlotsOneBelowTheOther() throws IOException {
        BufferedImage image = ImageIO.read(written("report.PNG").toFile());

        assertThat(image.getWidth()).isEqualTo(2 * PlotDrawing.WIDTH);
        assertThat(image.getHeight()).isEqualTo(2 * (360 + 360 + 360 + 480));
        for (int plot = 0; plot < 4; plot++) {
            assertThat(inkShare(image, 720 * plot, 720)).as("plot %d", plot).isBetween(0.005, 0.9);
        }
    }

    private static double inkShare(BufferedImage image, int top, int height) {
        long ink = 0;
        for (int y = top; y < top + height; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                ink += (image.getRGB(x, y) & 0xffffff) == 0xffffff ? 0 : 1;
            }
        }
        return (double) ink / ((long) height * image.getWidth());
    }

    @Test
    void everyOtherNameIsJson() {
        assertThat(written("report.json")).hasContent("{\n  \"count\" : 7\n}\n");
        assertThat(written("report")).hasContent("{\n  \"count\" : 7\n}\n");
        assertThat(parsed("a.json").wantsPage()).isFalse();
        assertThat(parsed("a.json", "a.htm").wantsPage()).isTrue();
    }

    @Test
    void aPageThatIsSentAsJsonIsTheSame() {
        assertThat(Json.read(Json.line(PAGE), Page.class)).isEqualTo(PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing/report.html", "", "file/report.png"})
    void aFileThatCannotBeWrittenIsRefusedBeforeTheRun(String name) throws IOException {
        Files.writeString(folder.resolve("file"), "");
        ReportOption option = parsed(folder.resolve(name).toString());

        assertThatThrownBy(option::requireWritable)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.INPUT_UNUSABLE))
                .hasMessageContaining("--report " + folder.resolve(name) + ": cannot write to it: ")
                .hasMessageNotContaining("\n");
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    @Test
    void durationsAndPercentilesAreToldInTheUnitsOfTheAxis() {
        assertThat(List.of(
                        PlotDrawing.duration(1),
                        PlotDrawing.duration(1e3),
                        PlotDrawing.duration(1e7),
                        PlotDrawing.duration(1e9)))
                .containsExactly("1 ns", "1 µs", "10 ms", "1 s");
        assertThat(List.of(PlotDrawing.percentile(1), PlotDrawing.percentile(10), PlotDrawing.percentile(1e4)))
                .containsExactly("0 %", "90 %", "99.99 %");
    }

    private static List<String> matches(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
