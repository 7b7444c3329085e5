package io.znsslab.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor reads from the files of a kernel, on machines made of such files. */
class MemoryChecksTest {
    @TempDir
    private Path root;

    @BeforeEach
    void aWellMachine() throws IOException {
        put("proc/self/status", "Uid:\t0\t0\t0\t0");
        put("proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable:   4194304 kB");
        put("proc/self/cgroup", "0::/system.slice/app.service");
        put("proc/sys/vm/overcommit_memory", "0");
        put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
    }

    private void put(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private Machine machine() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80);
        return new Machine(root, "6.1.0-32-amd64", new Session(Map.of(), terminal));
    }

    private Finding found(String name) {
        Diagnosis diagnosis = new Diagnosis();
        MemoryChecks.check(machine(), diagnosis);
        return diagnosis.findings().stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aWellMachineHasNothingToMend() {
        Diagnosis diagnosis = new Diagnosis();

        MemoryChecks.check(machine(), diagnosis);

        assertThat(diagnosis.findings())
                .hasSize(4)
                .allSatisfy(finding -> assertThat(finding.state()).isEqualTo(State.OK));
        assertThat(found("memory").value()).isEqualTo("4 GiB available");
        assertThat(found("cgroup memory limit").value()).isEqualTo("none");
    }

    @Test
    void theLowestLimitOnTheWayToTheTopIsTheOneThatCounts() throws IOException {
        put("sys/fs/cgroup/system.slice/app.service/memory.max", "max");
        put("sys/fs/cgroup/system.slice/memory.max", "536870912");
        put("sys/fs/cgroup/memory.max", "2147483648");

        Finding limit = found("cgroup memory limit");

        assertThat(limit.state()).isEqualTo(State.WARNING);
        assertThat(limit.value()).startsWith("512 MiB (/sys/fs/cgroup/system.slice/memory.max)");
        assertThat(limit.remedy()).isEqualTo("echo max > /sys/fs/cgroup/system.slice/memory.max");
    }

    @Test
    void inTheFirstVersionOfControlGroupsTheHugeNumberIsNoLimit() throws IOException {
        put("proc/self/cgroup", "4:memory:/docker/1234\n0::/");
        put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(found("cgroup memory limit").value()).isEqualTo("none");

        put("sys/fs/cgroup/memory/docker/1234/memory.limit_in_bytes", "268435456");
        assertThat(found("cgroup memory limit").value()).startsWith("256 MiB (/sys/fs/cgroup/memory/docker/1234/");
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "1, OK", "2, WARNING", "7, WARNING"})
    void strictOvercommittingIsAWarning(String value, State state) throws IOException {
        put("proc/sys/vm/overcommit_memory", value);

        assertThat(found("vm.overcommit_memory").state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"[always] madvise never, WARNING, always", "always madvise [never], OK, never", "'', OK, not in"})
    void hugePagesEverywhereAreAWarning(String text, State state, String value) throws IOException {
        put("sys/kernel/mm/transparent_hugepage/enabled", text);

        Finding hugePages = found("transparent huge pages");

        assertThat(hugePages.state()).isEqualTo(state);
        assertThat(hugePages.value()).startsWith(value);
    }

    @Test
    void aMachineWithoutTheseFilesIsExaminedAllTheSame() throws IOException {
        root = Files.createDirectory(root.resolve("empty"));
        Diagnosis diagnosis = new Diagnosis();

        MemoryChecks.check(machine(), diagnosis);

        assertThat(diagnosis.findings()).hasSize(4).noneMatch(Finding::blocking);
    }

    @Test
    void theKernelsOptionsAreReadFromItsFileUnderBoot() throws IOException {
        assertThat(machine().buildOption("CONFIG_BLK_DEV_ZONED")).isEmpty();

        put("boot/config-6.1.0-32-amd64", "CONFIG_BLK_DEV_ZONED=y\n# CONFIG_BLK_DEV_NULL_BLK is not set");

        assertThat(machine().buildOption("CONFIG_BLK_DEV_ZONED")).contains("y");
        assertThat(machine().buildOption("CONFIG_BLK_DEV_NULL_BLK")).contains("n");
    }

    @ParameterizedTest
    @CsvSource({"6, 1, true", "6, 2, false", "5, 19, true", "7, 0, false"})
    void releasesAreComparedByTheirNumbers(int major, int minor, boolean atLeast) {
        assertThat(machine().isAtLeast(major, minor)).isEqualTo(atLeast);
    }
}
