package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code demo domains}: what the patterns do to memory, and their sources. */
class DomainsDemoTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private Path home;

    private CommandRun domains(String... arguments) {
        return CommandRun.of(
                home,
                Stream.concat(Stream.of("demo", "domains"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private List<JsonNode> boundaries(String pattern) throws Exception {
        JsonNode patterns = domains(pattern, "--json").report().get("patterns");
        assertThat(patterns).hasSize(1);
        assertThat(patterns.get(0).get("pattern").asText()).isEqualTo(pattern);
        return StreamSupport.stream(patterns.get(0).get("boundaries").spliterator(), false)
                .toList();
    }

    private static JsonNode at(List<JsonNode> boundaries, String name) {
        return boundaries.stream()
                .filter(boundary -> boundary.get("at").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allPatternsRunAndEachPrintsItsBoundaries() {
        CommandRun run = domains();

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .contains("web-request: ", "game-frame: ", "transaction-batch: ", "reusable-frame: ")
                .contains("request 1 answered", "level loaded", "batch 1 executed", "round 1 done")
                .contains("allocated", "kept hot", "resident", "page faults");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @CsvSource({
        "web-request, request 1 answered, request 1 over",
        "game-frame, frame 1 drawn, frame 1 over",
        "transaction-batch, batch 1 executed, batch 1 over"
    })
    void theMemoryOfAPieceOfWorkIsItsOwnNoMoreWhenItEnds(String pattern, String inside, String after) throws Exception {
        List<JsonNode> boundaries = boundaries(pattern);

        long allocated = at(boundaries, inside).get("allocated").asLong();
        assertThat(allocated).isGreaterThan(MEBIBYTE);
        assertThat(at(boundaries, after).get("allocated").asLong()).isLessThan(allocated - MEBIBYTE);
        assertThat(at(boundaries, after).get("kept_hot").asLong()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"web-request", "game-frame", "transaction-batch", "reusable-frame"})
    void afterTheLastBoundaryNothingIsResident(String pattern) throws Exception {
        List<JsonNode> boundaries = boundaries(pattern);

        assertThat(boundaries.getFirst().get("at").asText()).isEqualTo("before");
        assertThat(boundaries.getLast().get("allocated").asLong()).isZero();
        assertThat(boundaries.getLast().get("arena_rss").asLong()).isZero();
    }

    @Test
    void aReusedFrameTakesNoMoreMemoryInItsNextRounds() throws Exception {
        List<JsonNode> boundaries = boundaries("reusable-frame");

        long first = at(boundaries, "round 1 done").get("allocated").asLong();
        assertThat(first).isGreaterThan(MEBIBYTE);
        assertThat(List.of("round 1 left", "round 2 done", "round 3 done", "round 3 left"))
                .allSatisfy(boundary -> assertThat(
                                at(boundaries, boundary).get("allocated").asLong())
                        .isEqualTo(first));
    }

    @Test
    void theSourceOfAPatternIsTheFileThatWasBuilt() throws Exception {
        Path source = Repository.root().resolve("cli/src/main/java/io/znsslab/cli/demo/domains/GameFrame.java");

        CommandRun run = domains("game-frame", "--source");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).isEqualTo(Files.readString(source));
        assertThat(domains("--source").out().split("final class ", -1)).hasSize(5);
    }

    @Test
    void whatIsNoPatternIsAUsageErrorThatNamesThem() {
        CommandRun run = domains("web_request");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("'web_request' is no pattern")
                .contains("web-request, game-frame, transaction-batch, reusable-frame");
        assertThat(domains("--json", "--source").code()).isEqualTo(ExitCode.USAGE);
        assertThat(domains("--lines").code()).isEqualTo(ExitCode.USAGE);
    }
}
