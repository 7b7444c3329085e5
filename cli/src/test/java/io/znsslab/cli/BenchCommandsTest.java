package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks of the allocator, of both tiers and of traces, each with as little work as it can do. */
class BenchCommandsTest {
    private static final String LATENCY =
            "bench latency --contestants slab,glibc --live 50 --object-size 16-200 --warm-up 5ms --time 20ms";
    private static final String THREADS =
            "bench threads --contestants slab,glibc --threads 2 --live 50 --warm-up 5ms --time 20ms";
    private static final String CHURN = "bench churn --live 20000 --cycles 60000";
    private static final String MEMORY = "bench memory --memory-limit 32MiB --time 300ms";
    private static final String REQUESTS = "bench requests --threads 2 --objects 5 --warm-up 5ms --time 40ms";
    private static final String SOAK = "bench soak --time 300ms --restart-every 100ms --memory 16M";

    @TempDir
    private Path home;

    private CommandRun run(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(more));
        return CommandRun.of(home, words.toArray(String[]::new));
    }

    private JsonNode json(String schema, String command, String... more) {
        CommandRun run =
                run(command, Stream.concat(Stream.of("--json"), Stream.of(more)).toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        return JsonSchemas.requireValid(schema, run.out());
    }

    /** Two passes over as many keys. */
    private Path trace(int keys) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int pass = 0; pass < 2; pass++) {
            for (int key = 0; key < keys; key++) {
                text.append(key).append('\n');
            }
        }
        return Files.writeString(home.resolve("trace.lirs"), text);
    }

    private String traceCommand(String capacity) throws IOException {
        return "bench trace " + trace(8_000) + " --memory 2M --epoch-size 256K --capacity " + capacity;
    }

    @Test
    void latenciesStandBesideTheClocksAndThoseOfAMalloc() {
        JsonNode report = json("bench-latency", LATENCY);

        assertThat(report.get("contestants")).hasSize(2).allSatisfy(row -> {
            for (String section : List.of("clock", "allocate", "free")) {
                JsonNode times = row.get(section);
                assertThat(times.get("count").asLong()).as(section).isPositive();
                assertThat(times.get("median_nanos").asLong())
                        .isLessThanOrEqualTo(times.get("p99_nanos").asLong());
                assertThat(times.get("p999_nanos").asLong())
                        .isGreaterThanOrEqualTo(times.get("p99_nanos").asLong())
                        .isLessThanOrEqualTo(times.get("max_nanos").asLong());
            }
        });
        assertThat(report.at("/contestants/1/contestant").asText()).isEqualTo("glibc");
        assertThat(report.get("comparisons")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fill-drain", "churn", "pairs"})
    void everyPatternIsTimed(String pattern) {
        JsonNode report = json("bench-latency", LATENCY, "--pattern", pattern);

        assertThat(report.get("pattern").asText()).isEqualTo(pattern);
        assertThat(report.get("contestants"))
                .allSatisfy(row -> assertThat(row.at("/free/count").asLong()).isPositive());
    }

    @Test
    void aPersonSeesTheColumnsOfLatency() {
        CommandRun run = run(LATENCY);

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).containsPattern("median +p99 +p99\\.9 +max +p99\\.9/median");
        assertThat(run.out()).containsPattern("zns-slab +clock alone +\\d").containsPattern("glibc +clock alone +\\d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fill-drain", "churn", "pairs"})
    void eachNumberOfThreadsHasItsRateAndTheTimeOfEachThread(String pattern) {
        JsonNode report = json("bench-threads", THREADS, "--pattern", pattern);

        assertThat(report.get("rows")).hasSize(4);
        assertThat(report.at("/rows/0/scaling").asDouble()).isEqualTo(1);
        JsonNode two = report.at("/rows/1");
        assertThat(two.get("threads").asInt()).isEqualTo(2);
        assertThat(two.get("threads_nanos_per_pair")).hasSize(2);
        assertThat(two.get("scaling").asDouble())
                .isEqualTo(two.get("pairs_per_second").asDouble()
                        / report.at("/rows/0/pairs_per_second").asDouble());
    }

    @Test
    void closingAnEpochGivesTheMemoryOfItsChurnBack() {
        JsonNode report = json("bench-churn", CHURN);

        assertThat(report.get("reclamation_ratio").asDouble()).isGreaterThan(39);
        assertThat(report.get("samples")).hasSize(11);
        assertThat(report.at("/samples/10/cycles").asLong()).isEqualTo(60_000);
        assertThat(report.get("arena_peak_bytes").asLong())
                .isGreaterThan(20_000 * 300)
                .isGreaterThan(39 * report.get("arena_after_bytes").asLong());
    }

    @Test
    void memoryStaysBelowItsLimitUnderChurnDemotionAndColdReads() {
        JsonNode report = json("bench-memory", MEMORY);

        long limit = report.get("limit_bytes").asLong();
        assertThat(limit).isEqualTo(32 << 20);
        assertThat(report.get("samples").findValuesAsText("phase")).contains("CHURN", "DEMOTION", "COLD_READS");
        assertThat(report.get("samples")).allSatisfy(sample -> {
            assertThat(sample.get("counted_bytes").asLong()).isLessThanOrEqualTo(limit);
            assertThat(sample.at("/usage/tier_cache_bytes").asLong()).isEqualTo(limit / 16);
        });
        assertThat(report.get("most_counted_bytes").asLong()).isGreaterThan(limit * 9 / 10);
        assertThat(report.get("counts").properties())
                .allSatisfy(count ->
                        assertThat(count.getValue().asLong()).as(count.getKey()).isPositive());
    }

    @Test
    void requestsAreCountedForBothPoliciesAndTheArenaOfTheJdk() {
        JsonNode report = json("bench-requests", REQUESTS);

        assertThat(report.get("rows").findValuesAsText("contestant"))
                .containsExactly(
                        "domain, RETURN_TO_OS",
                        "domain, RETURN_TO_OS",
                        "domain, KEEP_HOT",
                        "domain, KEEP_HOT",
                        "Arena.ofConfined",
                        "Arena.ofConfined");
        assertThat(report.get("rows")).allSatisfy(row -> {
            assertThat(row.get("requests_per_second").asDouble()).isPositive();
            assertThat(row.get("system_calls_per_request").isNull())
                    .isNotEqualTo(row.get("system_calls_not_counted").isNull());
        });
    }

    @Test
    void aSoakRestartsVerifiesAndFindsNothingWrong() {
        JsonNode report = json("bench-soak", SOAK);

        assertThat(report.get("wrong").asLong()).isZero();
        assertThat(report.get("restarts").asLong()).isPositive();
        assertThat(report.get("invariant_checks").asLong())
                .isEqualTo(2 * report.get("restarts").asLong());
        assertThat(report.get("counts").properties()).allSatisfy(count -> {
            if (!count.getKey().equals("epochs_discarded")) {
                assertThat(count.getValue().asLong()).as(count.getKey()).isPositive();
            }
        });
        assertThat(run(SOAK).out()).containsPattern("operations [\\d,]+, wrong 0\n$");
    }

    @Test
    void aTraceIsAnsweredFromBothTiers() throws IOException {
        JsonNode report = json("bench-trace", traceCommand("16M"));

        assertThat(report.get("format").asText()).isEqualTo("lirs");
        assertThat(report.get("accesses").asLong()).isEqualTo(16_000);
        assertThat(report.get("misses").asLong()
                        + report.get("dram_hits").asLong()
                        + report.get("cold_hits").asLong())
                .isEqualTo(16_000);
        assertThat(report.get("misses").asLong()).isEqualTo(8_000);
        assertThat(report.get("cold_hits").asLong()).isPositive();
        assertThat(report.at("/latencies/access/count").asLong()).isEqualTo(16_000);
        assertThat(report.get("written_per_inserted_byte").asDouble()).isPositive();
    }

    @Test
    void aCacheThatIsTooSmallEvictsWhatTheTraceAsksForAgain() throws IOException {
        JsonNode report = json("bench-trace", traceCommand("1M"));

        assertThat(report.get("misses").asLong()).isGreaterThan(8_000);
        assertThat(report.get("kept_values").asLong()).isLessThan(8_000);
    }

    @Test
    void everyReportIsAPageWithItsPlots() throws IOException {
        Map<String, Integer> plots = Map.of(
                LATENCY,
                3,
                THREADS,
                2,
                CHURN,
                2,
                REQUESTS,
                3,
                MEMORY,
                2,
                SOAK,
                3,
                traceCommand("16M"),
                4,
                "bench scale --slabs 10000",
                1);
        Path page = home.resolve("report.html");
        plots.forEach((command, count) -> {
            CommandRun run = run(command, "--report", page.toString());

            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
            assertThat(page)
                    .content()
                    .satisfies(text -> assertThat(
                                    Pattern.compile("<svg\\b").matcher(text).results())
                            .as(command)
                            .hasSize(count));
        });
    }

    @Test
    void aReportThatCannotBeWrittenIsRefusedBeforeTheWork() {
        CommandRun run = run("bench soak --time 1h", "--report", "/no/such/folder/report.html");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err()).contains("/no/such/folder").hasLineCount(1);
    }

    @Test
    void aMissedGoalFailsTheCommandOnlyWhereItIsAskedTo() {
        String tooLittleToGiveBack = "bench churn --live 1 --cycles 100";

        CommandRun printed = run(tooLittleToGiveBack);
        assertThat(printed.code()).as(printed.err()).isEqualTo(ExitCode.DONE);
        assertThat(printed.out()).contains("MISSED");

        CommandRun checked = run(tooLittleToGiveBack, "--check");
        assertThat(checked.code()).isEqualTo(ExitCode.GOAL_MISSED);
        assertThat(checked.status()).isEqualTo(15);
        assertThat(checked.out()).contains("MISSED");
        assertThat(checked.err()).contains("of 2 goals missed", "reclamation ratio");
    }

    @Test
    void goalsThatAreMetAreCheckedInSilence() {
        CommandRun run = run(CHURN, "--object-size", "120", "--check");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.err()).doesNotContain("zns-slab:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency --live 0",
                "latency --live 10000001",
                "latency --live many",
                "latency --pattern random",
                "latency --contestants slab,nomalloc",
                "latency --contestants nothing",
                "latency --object-size 7",
                "latency --object-size 761",
                "latency --object-size 700-32",
                "latency --object-size 64,,120",
                "latency --time 0",
                "latency --time 25h",
                "latency --time 10",
                "latency --warm-up -1s",
                "latency --seed x",
                "threads --threads 0",
                "threads --threads 1025",
                "threads --live 0",
                "threads --pattern lifo",
                "threads --time 0",
                "threads --warm-up 25h",
                "churn --cycles 0",
                "churn --cycles 1000000000001",
                "churn --live 0",
                "churn --live 50000001",
                "churn --object-size 4",
                "churn --seed 1.5",
                "memory --memory-limit 31M",
                "memory --memory-limit plenty",
                "memory --time 299ms",
                "memory --object-size 7",
                "memory --device nowhere",
                "requests --threads 0",
                "requests --objects 0",
                "requests --objects 100001",
                "requests --object-size 1000",
                "requests --time 0",
                "requests --warm-up x",
                "soak --time 0",
                "soak --time 366d",
                "soak --restart-every 1ms",
                "soak --threads 0",
                "soak --threads 65",
                "soak --memory 1M",
                "soak --seed x",
                "soak --device nowhere",
                "trace /dev/null --capacity 1K",
                "trace /dev/null --memory 1M",
                "trace /dev/null --epoch-size 1K",
                "trace /dev/null --slab-size 5000",
                "trace /dev/null --slab-size 128K",
                "trace /dev/null --value-size 4",
                "trace /dev/null --value-size 65265",
                "trace /dev/null --limit 0",
                "trace /dev/null --format csv",
                "tier --size 64M",
                "tier --size 2T",
                "tier --seconds 0",
                "tier --rounds 0",
                "tier --device nowhere",
                "scale --slabs 9999",
                "scale --slabs 1000000001"
            })
    void aBadValueIsRefusedInOneLineThatNamesTheOption(String command) {
        CommandRun run = run("bench " + command);
        String[] words = command.split(" ");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().findFirst().orElseThrow())
                .startsWith("zns-slab: ")
                .containsAnyOf(words[words.length - 2], "'" + words[words.length - 1] + "'");
    }

    @Test
    void aTraceWithoutAFileIsRefused() {
        assertThat(run("bench trace").code()).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latency", "threads", "churn", "memory", "requests", "tier", "scale", "soak", "trace"})
    void eachHelpHasAnExampleThatIsUnderstood(String bench) {
        String help = run("bench " + bench + " --help").out();

        assertThat(help).contains("Examples:").contains("  zns-slab bench " + bench);
    }
}
