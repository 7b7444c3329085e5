package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The report of a run of the demo, in Chromium: is every plot of it drawn? */
@DisabledIfSystemProperty(named = "skipBrowserTests", matches = "|true")
class ReportInBrowserIT {
    private static final int PLOTS = 5;
    private static final int WIDTH = 1100;

    /** Added to a copy of the page: where each plot is, and how many of its shapes take any room. */
    private static final String MEASURING = """
            <script>
            const measured = [...document.querySelectorAll('figure svg')].map(plot => {
              const place = plot.getBoundingClientRect();
              const shapes = [...plot.querySelectorAll('path, rect, line, polyline, polygon, circle, ellipse, text')]
                  .map(shape => shape.getBoundingClientRect())
                  .filter(room => room.width + room.height > 0)
                  .length;
              return ['plot', place.left, place.top, place.width, place.height].map(v => Number.isFinite(v)
                  ? Math.round(v) : v).join(' ') + ' ' + shapes;
            });
            const list = document.createElement('pre');
            list.textContent = measured.join('\\n');
            document.body.append(list);
            </script>
            """;

    @TempDir
    private Path folder;

    private record Place(int left, int top, int width, int height, int shapes) {}

    @Test
    void everyPlotOfTheReportIsDrawn() throws Exception {
        Path page = folder.resolve("report.html");
        Path picture = folder.resolve("report.png");
        Program demo = Program.launcher(
                folder,
                "demo",
                "tiering",
                "--device",
                "file",
                "--objects",
                "60000",
                "--epochs",
                "32",
                "--report",
                page.toString(),
                "--report",
                picture.toString());
        assertThat(demo.status()).as(demo.all()).isZero();

        List<Place> places = places(page);
        assertThat(places).hasSize(PLOTS).allSatisfy(place -> {
            assertThat(place.width()).isGreaterThan(600);
            assertThat(place.height()).isGreaterThan(200);
            assertThat(place.shapes()).isGreaterThan(20);
        });
        BufferedImage screen =
                screenshot(page, places.getLast().top() + places.getLast().height() + 100);
        assertThat(places)
                .allSatisfy(place -> assertThat(colours(screen, place)).isGreaterThan(8));
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1920);
    }

    private List<Place> places(Path page) throws Exception {
        Path measuring = folder.resolve("measuring.html");
        Files.writeString(measuring, Files.readString(page).replace("</body>", MEASURING + "</body>"));
        Program browser = browser(
                "--dump-dom",
                "--window-size=" + WIDTH + ",800",
                measuring.toUri().toString());
        assertThat(browser.status()).as(browser.all()).isZero();
        Matcher line =
                Pattern.compile("plot (-?\\d+) (-?\\d+) (\\d+) (\\d+) (\\d+)").matcher(browser.out());
        List<Place> places = new ArrayList<>();
        while (line.find()) {
            int[] numbers = Stream.of(1, 2, 3, 4, 5)
                    .mapToInt(group -> Integer.parseInt(line.group(group)))
                    .toArray();
            places.add(new Place(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
        }
        return places;
    }

    private BufferedImage screenshot(Path page, int height) throws Exception {
        Path screen = folder.resolve("screen.png");
        Program browser = browser(
                "--screenshot=" + screen,
                "--hide-scrollbars",
                "--window-size=" + WIDTH + "," + height,
                page.toUri().toString());
        assertThat(browser.status()).as(browser.all()).isZero();
        return ImageIO.read(screen.toFile());
    }

    private static long colours(BufferedImage screen, Place place) {
        int[] pixels = screen.getRGB(place.left(), place.top(), place.width(), place.height(), null, 0, place.width());
        return Arrays.stream(pixels).distinct().count();
    }

    private Program browser(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                chromium().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(arguments));
        return Program.run(folder, Map.of("HOME", folder.toString()), command);
    }

    private static Path chromium() {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(":", -1))
                .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(path, name)))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> new AssertionError(
                "this test needs Chromium: apt install chromium, or leave it out with -DskipBrowserTests"));
    }
}
