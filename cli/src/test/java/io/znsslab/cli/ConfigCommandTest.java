package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
    @TempDir
    private Path home;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = home.resolve(".config/zns-slab/config.properties");
    }

    @Test
    void aDeviceThatWasSetIsInForceAndListedWithItsFile() {
        assertThat(CommandRun.of(home, "config", "set", "device", "/dev/nvme7n1")
                        .code())
                .isEqualTo(ExitCode.DONE);

        assertThat(CommandRun.of(home, "config", "get", "device").out()).isEqualTo("/dev/nvme7n1\n");
        assertThat(lineOf("device", CommandRun.of(home, "config", "list")))
                .matches("device = /dev/nvme7n1 +\\(from " + file + "\\)");
    }

    @Test
    void withoutAnySettingTheDefaultIsListedAsSuch() {
        CommandRun list = CommandRun.of(home, "config", "list");

        assertThat(list.code()).isEqualTo(ExitCode.DONE);
        assertThat(list.out()).hasLineCount(Setting.values().length);
        assertThat(lineOf("device", list)).matches("device = auto +\\(the default\\)");
        assertThat(lineOf("tier.read-depth", list)).matches("tier.read-depth = 128 +\\(the default\\)");
    }

    private static String lineOf(String key, CommandRun list) {
        return list.out()
                .lines()
                .filter(line -> line.startsWith(key + " = "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(key + " is not listed: " + list.out()));
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        CommandRun.of(home, "config", "set", "device", "file");
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", "null_blk");

        assertThat(CommandRun.of(environment, "config", "get", "device").out()).isEqualTo("null_blk\n");
        assertThat(CommandRun.of(environment, "config", "list").out())
                .contains("from the environment variable ZNS_SLAB_DEVICE");
        assertThat(CommandRun.of(environment, "config", "set", "device", "file").err())
                .contains("ZNS_SLAB_DEVICE=null_blk");
    }

    @Test
    void anEmptyVariableIsNoSetting() {
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", "");

        assertThat(CommandRun.of(environment, "config", "get", "device").out()).isEqualTo("auto\n");
    }

    @Test
    void theConfigurationFolderOfTheDesktopSpecificationIsUsed() {
        Path folder = home.resolve("elsewhere");
        Map<String, String> environment = Map.of("HOME", home.toString(), "XDG_CONFIG_HOME", folder.toString());

        CommandRun.of(environment, "config", "set", "device", "file");

        assertThat(folder.resolve("zns-slab/config.properties")).content().contains("device=file");
    }

    @Test
    void aRelativePathIsKeptAsAnAbsoluteOne() {
        CommandRun.of(home, "config", "set", "device", "some/device");

        assertThat(CommandRun.of(home, "config", "get", "device").out().strip())
                .isEqualTo(Path.of("some/device").toAbsolutePath().toString());
    }

    @Test
    void unsettingBringsTheDefaultBack() {
        CommandRun.of(home, "config", "set", "device", "file");

        assertThat(CommandRun.of(home, "config", "unset", "device").out()).contains("no longer set");
        assertThat(CommandRun.of(home, "config", "get", "device").out()).isEqualTo("auto\n");
        assertThat(CommandRun.of(home, "config", "unset", "device").out()).contains("is not set");
    }

    @Test
    void foreignDataInTheFileStays() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "later.version = something\ndevice = file\n");

        CommandRun.of(home, "config", "set", "device", "null_blk");

        assertThat(file).content().contains("later.version=something").contains("device=null_blk");
    }

    @Test
    void aChangeLeavesNothingBesideTheFile() throws IOException {
        CommandRun.of(home, "config", "set", "device", "file");
        CommandRun.of(home, "config", "set", "device", "null_blk");

        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aLinkedFileStaysALink() throws IOException {
        Path real = Files.writeString(home.resolve("dotfiles.properties"), "device=file\n");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, real);

        CommandRun.of(home, "config", "set", "device", "null_blk");

        assertThat(file).isSymbolicLink();
        assertThat(real).content().contains("device=null_blk");
    }

    @Test
    void anUnknownSettingIsAUsageErrorThatNamesTheKnownOnes() {
        CommandRun run = CommandRun.of(home, "config", "get", "colour");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .startsWith("zns-slab: there is no setting 'colour'")
                .contains("config list")
                .hasLineCount(1);
    }

    @Test
    void aMistypedSettingIsAnsweredWithTheNearestOne() {
        for (String[] mistyped : new String[][] {
            {"tier.paralel-zones", "tier.parallel-zones"},
            {"read-depth", "tier.read-depth"},
            {"limit", "allocator.limit"},
            {"Device", "device"},
            {"allocator.slab-bytes", "allocator.slab-size"}
        }) {
            CommandRun run = CommandRun.of(home, "config", "set", mistyped[0], "1");

            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("did you mean " + mistyped[1] + "?").hasLineCount(1);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void everySettingIsKeptInTheFormThatItIsListedIn() {
        CommandRun.of(home, "config", "set", "tier.read-cache", "65536k");
        CommandRun.of(home, "config", "set", "tier.block-at-most", "90s");
        CommandRun.of(home, "config", "set", "tier.when-full", "EVICT_OLDEST");

        assertThat(CommandRun.of(home, "config", "get", "tier.read-cache").out())
                .isEqualTo("64MiB\n");
        assertThat(CommandRun.of(home, "config", "get", "tier.block-at-most").out())
                .isEqualTo("90s\n");
        assertThat(CommandRun.of(home, "config", "get", "tier.when-full").out()).isEqualTo("evict-oldest\n");
    }

    @Test
    void aFlagWinsOverTheEnvironmentAndThatOverTheFile() {
        CommandRun.of(home, "config", "set", "tier.read-depth", "16");
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_TIER_READ_DEPTH", "32");

        assertThat(lineOf("tier.read-depth", CommandRun.of(environment, "config", "list")))
                .matches("tier.read-depth = 32 +\\(from the environment variable ZNS_SLAB_TIER_READ_DEPTH\\)");
        CommandRun flagged = CommandRun.of(environment, "config", "list", "--set", "tier.read-depth=64");
        assertThat(lineOf("tier.read-depth", flagged)).matches("tier.read-depth = 64 +\\(from the flag --set\\)");
    }

    @Test
    void aBadValueInTheFileOrTheEnvironmentIsBlamedOnIt() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "tier.read-depth = 9999\n");
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", "nulblk");

        CommandRun get = CommandRun.of(home, "config", "get", "tier.read-depth");
        CommandRun info = CommandRun.of(environment, "device", "info");
        CommandRun list = CommandRun.of(home, "config", "list");

        assertThat(get.code()).isEqualTo(ExitCode.USAGE);
        assertThat(get.err())
                .startsWith("zns-slab: the setting tier.read-depth in " + file + ": 9999 is out of range")
                .contains("the nearest is 4096")
                .hasLineCount(1);
        assertThat(info.code()).isEqualTo(ExitCode.USAGE);
        assertThat(info.err())
                .startsWith("zns-slab: the environment variable ZNS_SLAB_DEVICE: 'nulblk' names no device")
                .contains("did you mean null_blk?")
                .hasLineCount(1);
        assertThat(list.code()).isEqualTo(ExitCode.USAGE);
        assertThat(lineOf("tier.read-depth", list)).contains("9999").endsWith(", not a good value)");
        assertThat(list.err()).contains("9999 is out of range");
    }

    @Test
    void aKeyInTheFileThatIsNoSettingIsNotedAndCanBeRemoved() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "tier.red-depth = 16\n");

        CommandRun list = CommandRun.of(home, "config", "list");

        assertThat(list.code()).isEqualTo(ExitCode.DONE);
        assertThat(list.err()).contains("'tier.red-depth'").contains("did you mean tier.read-depth?");
        assertThat(CommandRun.of(home, "config", "unset", "tier.red-depth").out())
                .contains("no longer set");
        assertThat(CommandRun.of(home, "config", "list").err()).isEmpty();
    }

    @Test
    void aSettingIsInForceForACommandThatOpensAStoreUnlessItsOwnFlagSaysOtherwise() throws IOException {
        CommandRun.of(home, "config", "set", "allocator.limit", "48MiB");
        String[] demo = {"--objects", "500", "--epochs", "4", "--json"};

        assertThat(CommandRun.ofDemo(home, demo).report().at("/memory/limit").asLong())
                .isEqualTo(48 << 20);
        String[] flagged = {"--objects", "500", "--epochs", "4", "--json", "--memory", "32M"};
        assertThat(CommandRun.ofDemo(home, flagged).report().at("/memory/limit").asLong())
                .isEqualTo(32 << 20);
        CommandRun apart =
                CommandRun.ofDemo(home, "--set", "allocator.handle-format=compact", "--set", "allocator.limit=64GiB");
        assertThat(apart.code()).isEqualTo(ExitCode.USAGE);
        assertThat(apart.err()).contains("allocator.handle-format=compact from --set");
    }

    @Test
    void theSettingsArePrintedAsTheirSchemasSay() {
        CommandRun.of(home, "config", "set", "tier.when-full", "block");

        JsonNode list = JsonSchemas.requireValid(
                "config-list", CommandRun.of(home, "config", "list", "--json").out());
        JsonNode get = JsonSchemas.requireValid(
                "config-get",
                CommandRun.of(home, "config", "get", "tier.when-full", "--json").out());

        assertThat(list.get("settings")).hasSize(Setting.values().length);
        assertThat(list.get("file").asText()).isEqualTo(file.toString());
        assertThat(get.get("value").asText()).isEqualTo("block");
        assertThat(get.get("origin").asText()).isEqualTo("file");
        assertThat(get.get("source").asText()).isEqualTo(file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tier.read-depth", "=64", "tier.read-depth=", "tier.read-depth=many", "tier.red-depth=1"})
    void anAssignmentThatIsNoneIsAUsageError(String assignment) {
        CommandRun run = CommandRun.of(home, "config", "list", "--set", assignment);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @Test
    void aValueThatNamesNoDeviceIsRefusedAndNotKept() {
        CommandRun run = CommandRun.of(home, "config", "set", "device", "nulblk");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("zns-slab: 'nulblk' names no device").hasLineCount(1);
        assertThat(file).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeMadeIsReportedInOneLine() throws IOException {
        Files.writeString(home.resolve(".config"), "in the way");

        CommandRun run = CommandRun.of(home, "config", "set", "device", "file");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err()).startsWith("zns-slab: cannot").hasLineCount(1);
    }
}
