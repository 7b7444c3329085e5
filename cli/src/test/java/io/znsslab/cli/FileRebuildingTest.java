package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with the lines of a file as objects, on a device file. */
class FileRebuildingTest {
    @TempDir
    private Path home;

    private CommandRun demo(String... arguments) {
        return CommandRun.ofDemo(home, arguments);
    }

    private Path file(String content) throws IOException {
        return Files.write(home.resolve("input"), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private JsonNode rebuilt(Path file, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--json", "--input", file.toString()));
        all.addAll(List.of(arguments));
        JsonNode report = demo(all.toArray(String[]::new)).report();
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));

        assertThat(report.at("/input/sha256").asText()).isEqualTo(sha256);
        assertThat(report.at("/input/rebuilt_sha256").asText()).isEqualTo(sha256);
        assertThat(report.at("/input/rebuilt_bytes").asLong()).isEqualTo(Files.size(file));
        assertThat(report.get("passed").asBoolean()).isTrue();
        return report;
    }

    @Test
    void aTextFileComesBackBitForBit() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 5000; line++) {
            text.append("line ")
                    .append(line)
                    .append(" of a file, ")
                    .append("x".repeat(line % 90))
                    .append('\n');
        }
        JsonNode report = rebuilt(file(text.toString()));

        assertThat(report.at("/tiers/cold/objects").asLong()).isPositive();
        assertThat(report.at("/tiers/resident/objects").asLong()).isPositive();
        assertThat(report.at("/tiers/discarded").asLong()).isPositive();
    }

    @Test
    void filesThatAreNoTidyTextComeBackBitForBit() throws Exception {
        rebuilt(file("no newline at the end"));
        rebuilt(file("\n\n\n"));
        rebuilt(file("dos\r\nmac\runix\n\r\n"));
        rebuilt(file("\300\257 invalid \377\376\n\200\n"));
        rebuilt(file("x".repeat(100_000)));
        rebuilt(file("\0"));
    }

    @Test
    void aBinaryFileComesBackBitForBit() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(11).nextBytes(bytes);
        rebuilt(Files.write(home.resolve("binary"), bytes), "--epochs", "10");
    }

    @Test
    void aFileLargerThanMemoryComesBackBitForBit() throws Exception {
        rebuilt(file("a line of some length, again and again\n".repeat(20_000)), "--memory", "1M", "--epochs", "16");
    }

    @Test
    void aFileThatCannotBeUsedIsRefusedInOneLine() throws IOException {
        for (Path path :
                List.of(Files.createFile(home.resolve("empty")), home, home.resolve("nothing"), Path.of("/dev/null"))) {
            CommandRun run = demo("--input", path.toString());

            assertThat(run.code()).as(path.toString()).isEqualTo(ExitCode.INPUT_UNUSABLE);
            assertThat(run.err())
                    .startsWith("zns-slab: cannot use the input " + path + ": ")
                    .hasLineCount(1);
            assertThat(run.out()).isEmpty();
        }
    }
}
