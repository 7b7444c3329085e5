package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiering demo as a user starts it, on the devices of a micro-VM. */
class DemoGuestIT {
    @TempDir
    private Path folder;

    /** One kernel in which a scheduler orders the writes to a zone, and one in which zone write plugging does. */
    @ParameterizedTest
    @ValueSource(strings = {"distribution", "6.12"})
    void theTieringDemoChecksEveryHandleOnNullBlk(String kernel) throws Exception {
        Program program = Program.launcher(
                folder,
                "demo",
                "tiering",
                "--device",
                "null_blk",
                "--kernel",
                kernel,
                "--objects",
                "3000",
                "--epochs",
                "16");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out())
                .startsWith("device   null_blk in a micro-VM (Linux: " + kernel + "), ")
                .contains("because --device says so")
                .contains("checked  3,000 handles")
                .contains("every answer is right")
                .contains("blkzone  agrees")
                .contains("PASSED");
    }

    @Test
    void aFileIsPutTogetherAgainFromNvmeZnsAndTheReportComesOutAsJsonAndAsAPage() throws Exception {
        Path page = folder.resolve("report.html");
        Path file = Repository.root().resolve("README.md");

        Program program = Program.launcher(
                folder,
                "demo",
                "tiering",
                "--device",
                "nvme-zns",
                "--epochs",
                "8",
                "--input",
                file.toString(),
                "--report",
                page.toString(),
                "--json");

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode report = JsonMapper.builder().build().readTree(program.out());
        assertThat(report.get("passed").asBoolean()).isTrue();
        assertThat(report.at("/input/bytes").asLong()).isEqualTo(Files.size(file));
        assertThat(report.at("/input/rebuilt_sha256").asText())
                .isEqualTo(report.at("/input/sha256").asText());
        assertThat(report.at("/checks/blkzone").asText()).isEqualTo("agrees");
        assertThat(page).content().contains("nvme0n1", "aria-label=\"Zones over time\"");
    }
}
