package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(CommandRun.of(home, "config", "list").out())
                .isEqualTo("device = /dev/nvme7n1   (from " + file + ")\n");
    }

    @Test
    void withoutAnySettingTheDefaultIsListedAsSuch() {
        assertThat(CommandRun.of(home, "config", "list").out()).isEqualTo("device = auto   (the default)\n");
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
        assertThat(run.err()).isEqualTo("zns-slab: there is no setting 'colour'; there is: device\n");
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
