package io.znsslab.cli.demo.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.demo.live.Latencies.Summary;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramePictureTest {
    private static final List<Summary> LATENCIES = List.of(
            new Summary("store", 41_200, 310, 1_100, 9_000, 2_000_000),
            new Summary("read", 12, 90_000, 110_000, 110_000, 110_000));

    private static Frame frame(long nanos, long objects, int epochs, int zones) {
        String epochMap = "x".repeat(epochs / 4) + "C".repeat(epochs / 4) + ">" + "H".repeat(epochs - epochs / 2 - 1);
        String zoneMap = "MM" + "#".repeat(zones / 2) + "3" + ".".repeat(zones - zones / 2 - 3);
        Moment moment = new Moment(
                nanos,
                "filling, objects:",
                objects,
                100_000,
                objects,
                1 << 20,
                5 << 20,
                6 << 20,
                99 << 20,
                7 << 20,
                0,
                1_000,
                epochMap,
                zoneMap);
        return new Frame(moment, 256 << 20, 3 << 20, LATENCIES);
    }

    private static FramePicture picture(boolean coloured) {
        return new FramePicture(
                "ZNS-Slab, demo tiering: a file",
                frame(2_000_000_000L, 41_200, 64, 64),
                frame(1_000_000_000L, 11_200, 64, 64),
                coloured);
    }

    @Test
    void aScreenShowsMemoryRatesLatenciesEpochsAndZones() {
        assertThat(picture(false).lines(30, 79))
                .startsWith("ZNS-Slab, demo tiering: a file")
                .contains("DRAM     5 MiB resident of 256 MiB, process 99 MiB")
                .contains("device   7 MiB written, 0 B read, 1,000 slabs cold")
                .contains("epochs   64: 31 hot, 1 on the way, 16 cold, 16 discarded")
                .contains("zones    64 of 3 MiB: 32 full, 29 empty")
                .anyMatch(line -> line.startsWith("rates    30,000 objects/s stored"))
                .anyMatch(line -> line.matches("phase    filling, objects: 41,200 of 100,000, 2.0 s  \\[#+\\.+]  41 %"))
                .anyMatch(line -> line.matches("  store +41,200 +310 ns +1,100 ns +9,000 ns +2,000 µs"))
                .contains("  " + "x".repeat(16) + "C".repeat(16) + ">" + "H".repeat(31));
    }

    @Test
    void itFitsIntoAScreenOfAnySize() {
        for (int rows = 1; rows < 50; rows++) {
            for (int columns = 1; columns < 140; columns += 3) {
                int most = columns;
                assertThat(picture(false).lines(rows, columns))
                        .as("%d rows of %d columns", rows, columns)
                        .hasSizeBetween(1, rows)
                        .allMatch(line -> line.length() <= most);
            }
        }
    }

    @Test
    void mapsOfManyEpochsAndZonesGrowCoarserInsteadOfLonger() {
        Frame now = frame(1, 5, 16_384, 40_000);
        List<String> lines = new FramePicture("title", now, null, false).lines(23, 79);

        assertThat(lines).hasSizeLessThanOrEqualTo(23).contains("zones    40,000 of 3 MiB: 20,000 full, 19,997 empty");
        assertThat(lines)
                .anyMatch(line -> line.matches("  x*C*>H*"))
                .anyMatch(line -> line.matches(" +\\d?#*\\d?\\.*"));
    }

    @Test
    void aCellOfSeveralZonesSaysTheirAverage() {
        assertThat(FramePicture.average("####")).isEqualTo("#");
        assertThat(FramePicture.average("##..")).isEqualTo("5");
        assertThat(FramePicture.average("....")).isEqualTo(".");
        assertThat(FramePicture.cells("##....##", 4, FramePicture::average)).isEqualTo("#..#");
    }

    @Test
    void coloursAreUsedOnlyWhereTheyAreWanted() {
        assertThat(String.join("\n", picture(false).lines(30, 79))).doesNotContain("\033");
        String coloured = String.join("\n", picture(true).lines(30, 79));
        assertThat(coloured).contains("\033[");
        assertThat(coloured.replaceAll("\033\\[\\d+m", ""))
                .isEqualTo(String.join("\n", picture(false).lines(30, 79)));
    }
}
