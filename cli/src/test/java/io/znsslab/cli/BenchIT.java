package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks as a user starts them. */
class BenchIT {
    @TempDir
    private Path folder;

    private Program run(String... arguments) throws Exception {
        return Program.launcher(folder, arguments);
    }

    @Test
    void theCAllocatorsAreCalledWithoutAWarning() throws Exception {
        Program program = run(
                "bench",
                "latency",
                "--live",
                "100",
                "--warm-up",
                "20ms",
                "--time",
                "50ms",
                "--contestants",
                "slab,glibc",
                "--json");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.err()).doesNotContainIgnoringCase("warning");
        JsonSchemas.requireValid("bench-latency", program.out());
    }

    @Test
    void theKernelsWorkForRequestsIsCounted() throws Exception {
        Program program = run("bench", "requests", "--threads", "1", "--warm-up", "200ms", "--time", "200ms", "--json");

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode report = JsonSchemas.requireValid("bench-requests", program.out());
        assertThat(report.get("rows"))
                .allSatisfy(row -> assertThat(row.get("page_faults_per_request").asDouble())
                        .isLessThan(10));
    }

    @Test
    void aMissedGoalIsTheExitStatus() throws Exception {
        Program program = run("bench", "churn", "--live", "1", "--cycles", "100", "--check");

        assertThat(program.status()).as(program.all()).isEqualTo(15);
        assertThat(program.out()).contains("MISSED");
    }

    @Test
    void aTraceComesByStandardInput() throws Exception {
        Path trace = Files.writeString(folder.resolve("trace"), "1\n2\n1\n");
        String launcher = Repository.root().resolve("zns-slab").toString();

        Program program = Program.run(
                folder,
                Map.of("XDG_CONFIG_HOME", folder.toString()),
                List.of("bash", "-c", "cat " + trace + " | '" + launcher + "' bench trace - --capacity 4M --json"));

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode report = JsonSchemas.requireValid("bench-trace", program.out());
        assertThat(report.get("accesses").asLong()).isEqualTo(3);
        assertThat(report.get("dram_hits").asLong()).isEqualTo(1);
    }
}
