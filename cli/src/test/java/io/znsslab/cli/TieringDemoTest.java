package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo on a device file; {@link DemoGuestIT} runs it on other devices. */
class TieringDemoTest {
    @TempDir
    private Path home;

    private CommandRun demo(String... arguments) {
        return CommandRun.ofDemo(home, arguments);
    }

    @Test
    void everyHandleIsAccountedFor() throws Exception {
        JsonNode report = demo("--objects", "4000", "--epochs", "32", "--json").report();

        JsonNode tiers = report.get("tiers");
        long freed = tiers.get("freed_early").asLong()
                + tiers.get("freed_resident").asLong()
                + tiers.get("freed_cold").asLong();
        long live = tiers.at("/resident/objects").asLong()
                + tiers.at("/cold/objects").asLong();
        assertThat(live + freed + tiers.get("discarded").asLong()).isEqualTo(4000);
        assertThat(report.at("/checks/live").asLong()).isEqualTo(live);
        assertThat(report.at("/checks/stale").asLong()).isEqualTo(4000 - live);
        assertThat(report.at("/checks/wrong").asLong()).isZero();
        assertThat(List.of("freed_early", "freed_resident", "freed_cold", "discarded"))
                .allSatisfy(kind -> assertThat(tiers.get(kind).asLong()).isPositive());
    }

    @Test
    void closingColdEpochsGivesTheirMemoryBack() throws Exception {
        JsonNode memory =
                demo("--objects", "4000", "--epochs", "32", "--json").report().get("memory");

        assertThat(memory.get("rss_after").asLong())
                .isLessThan(memory.get("rss_before").asLong() / 3);
    }

    @Test
    void aPersonSeesWhichDeviceItIsTheTiersTheZonesAndTheResult() {
        CommandRun run = demo("--objects", "1000", "--epochs", "16");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .startsWith("device   embedded file, because --device says so\n")
                .contains("64 zones of 4 MiB, 3 MiB writable; blocks of 4 KiB; at most 8 open, 12 active")
                .contains("1,000 objects of 32-700 bytes in 16 epochs, seed 42")
                .contains("resident", "cold", "freed", "discarded")
                .contains("host write amplification 1.")
                .contains("     0  MM")
                .endsWith("result   PASSED: every answer is right\n");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 90);
    }

    @Test
    void theTemporaryDeviceIsGoneAfterwards() throws IOException {
        String device = demo("--objects", "100", "--epochs", "4")
                .out()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        Path path = Path.of(device.strip().replaceAll(", .*", ""));

        assertThat(path).isAbsolute().doesNotExist();
        assertThat(path.getParent()).doesNotExist();
    }

    @Test
    void aNamedFileStaysAndTheNextDemoMakesRoomForItselfThere() {
        Path device = home.resolve("device");
        String[] small = {"--objects", "100", "--epochs", "4", "--device", "file:" + device};

        assertThat(CommandRun.of(home, arguments(small)).code()).isEqualTo(ExitCode.DONE);
        CommandRun again = CommandRun.of(home, arguments(small));
        assertThat(again.code()).as(again.err()).isEqualTo(ExitCode.DONE);
        assertThat(again.out()).contains("a store of an earlier demo, which this one overwrites");
        assertThat(device).isRegularFile();
        assertThat(CommandRun.of(home, "device", "info", device.toString()).out())
                .containsPattern("store +[0-9a-f-]{36}, opened 1 time, formatted 20");
    }

    @Test
    void aStoreThatIsNotTheDemosIsOnlyOverwrittenByForce() {
        Path device = home.resolve("device");
        assertThat(CommandRun.of(home, "device", "create", device.toString()).code())
                .isEqualTo(ExitCode.DONE);
        try (SlabAllocator store =
                SlabAllocator.builder().coldTier(ZnsTier.open(device)).build()) {
            long epoch = store.advanceEpoch("mine");
            assertThat(Handle.isHandle(store.allocate(100, epoch))).isTrue();
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        String[] small = {"--objects", "100", "--epochs", "4", "--device", device.toString()};

        CommandRun refused = CommandRun.of(home, arguments(small));
        assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(refused.err())
                .startsWith("zns-slab: ")
                .contains("device format", "--force")
                .hasLineCount(1);
        assertThat(CommandRun.of(
                                home,
                                arguments(
                                        "--objects", "100", "--epochs", "4", "--device", device.toString(), "--force"))
                        .code())
                .isEqualTo(ExitCode.DONE);
    }

    private static String[] arguments(String... more) {
        return Stream.concat(Stream.of("demo", "tiering"), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void theSameSeedGivesTheSameRun() throws Exception {
        String[] run = {"--objects", "500", "--epochs", "8", "--seed", "7", "--json"};

        JsonNode tiers = demo(run).report().get("tiers");
        assertThat(demo(run).report().get("tiers")).isEqualTo(tiers);
        assertThat(demo("--objects", "500", "--epochs", "8", "--seed", "8", "--json")
                        .report()
                        .get("tiers"))
                .isNotEqualTo(tiers);
    }

    @Test
    void anyNumberOfEpochsWillDo() throws Exception {
        for (String epochs : new String[] {"1", "2", "3", "200"}) {
            assertThat(demo("--objects", "300", "--epochs", epochs, "--json")
                            .report()
                            .at("/checks/wrong")
                            .asLong())
                    .as("%s epochs", epochs)
                    .isZero();
        }
    }

    @Test
    void objectsOfOneSizeAndOfNoBytesAtAllAreStored() throws Exception {
        assertThat(demo("--objects", "300", "--epochs", "4", "--object-size", "758", "--json")
                        .report()
                        .get("passed")
                        .asBoolean())
                .isTrue();
        assertThat(demo("--objects", "300", "--epochs", "4", "--object-size", "0", "--json")
                        .report()
                        .get("passed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void moreObjectsThanMemoryHoldsCloseTheirEpochsEarly() throws Exception {
        JsonNode report = demo("--objects", "10000", "--epochs", "4", "--memory", "1M", "--json")
                .report();

        assertThat(report.get("passed").asBoolean()).isTrue();
        assertThat(report.get("work").get("epochs").asLong()).isGreaterThan(4);
        assertThat(report.at("/memory/rss_before").asLong()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void theReportCanGoToAFileAsWell() throws Exception {
        Path file = home.resolve("report.json");

        CommandRun run = demo("--objects", "100", "--epochs", "4", "--report", file.toString());

        assertThat(run.out()).startsWith("device");
        assertThat(JsonMapper.builder().build().readTree(file.toFile()).get("zones"))
                .hasSize(64);
    }

    @Test
    void theReportIsAPageOrAPictureIfItsNameSaysSo() throws Exception {
        Path page = home.resolve("report.html");
        Path picture = home.resolve("report.png");

        CommandRun run =
                demo("--objects", "1000", "--epochs", "8", "--report", page.toString(), "--report", picture.toString());

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(page))
                .contains("ZNS-Slab tiering demo: passed", "What was checked", "wrong answers")
                .contains("aria-label=\"Zones over time\"", "aria-label=\"Memory over time\"")
                .contains("aria-label=\"Latencies\"", "aria-label=\"Throughput of the device\"");
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isGreaterThan(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"report.html", "report.png", "report.json"})
    void aReportIntoAMissingFolderFailsBeforeTheRun(String name) {
        Path file = home.resolve("missing").resolve(name);
        Path device = home.resolve("device");

        CommandRun run =
                CommandRun.of(home, "demo", "tiering", "--device", "file:" + device, "--report", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err())
                .startsWith("zns-slab: --report " + file + ": cannot write to it: ")
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(device).doesNotExist();
    }

    @Test
    void theTimelineAndTheLatenciesAreOfTheWholeRun() throws Exception {
        JsonNode report = demo("--objects", "4000", "--epochs", "16", "--json").report();

        JsonNode last = report.get("timeline").get(report.get("timeline").size() - 1);
        assertThat(last.get("objects").asLong()).isEqualTo(4000);
        assertThat(last.get("epochs").asText()).hasSize(16).containsPattern("^[CxH]+$");
        assertThat(last.get("zones").asText()).hasSize(64).startsWith("MM");
        assertThat(last.get("written").asLong())
                .isEqualTo(report.at("/writing/written_bytes").asLong());
        assertThat(StreamSupport.stream(report.get("latencies").spliterator(), false)
                        .map(latency -> latency.at("/summary/operation").asText()))
                .containsExactly("store", "demote", "read", "promote");
        assertThat(report.at("/latencies/0/summary/count").asLong()).isEqualTo(4000);
    }

    @Test
    void optionsOutOfRangeAreUsageErrors() {
        assertThat(List.of(
                        demo("--objects", "0"),
                        demo("--epochs", "0"),
                        demo("--epochs", "1000000"),
                        demo("--object-size", "759"),
                        demo("--object-size", "700-32"),
                        demo("--memory", "1k"),
                        demo("--zones", "3"),
                        demo("--device", "nothing")))
                .allSatisfy(run -> {
                    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
                    assertThat(run.out()).isEmpty();
                });
    }

    @Test
    void aMissingDeviceIsOneLineWithItsOwnExitCode() {
        CommandRun run = CommandRun.of(home, "demo", "tiering", "--device", "/dev/no-such-device");

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(run.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 4096, 0", "2, 2, 512, 0", "0, 0, 2048, 3", "14, 14, 4096, 1"})
    void everyHandleAnswersOnDevicesOfEachKind(String open, String active, String block, String conventional) {
        CommandRun run = demo(
                "--objects",
                "4000",
                "--epochs",
                "8",
                "--zones",
                "32",
                "--zone-size",
                "2M",
                "--max-open",
                open,
                "--max-active",
                active,
                "--block-size",
                block,
                "--conventional",
                conventional);

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void aDeviceThatIsTooSmallIsOneLineWithItsOwnExitCode() {
        CommandRun run = demo(
                "--objects",
                "50000",
                "--epochs",
                "16",
                "--zones",
                "6",
                "--zone-size",
                "1M",
                "--max-open",
                "3",
                "--max-active",
                "4");

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_FULL);
        assertThat(run.err()).startsWith("zns-slab: ").contains("no zone is empty");
    }
}
