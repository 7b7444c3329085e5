package io.znsslab.emulation.nullblk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a tree of ordinary files; {@link NullBlockDeviceIT} tests what takes a kernel. */
class NullBlockDriverTest {
    @TempDir
    Path root;

    @Test
    void aKernelWithoutConfigfsIsUnavailableForThatReason() {
        assertThat(reason()).isEqualTo("the kernel has no configfs at " + root.resolve("sys/kernel/config"));
    }

    @Test
    void aKernelWithoutTheDriverIsUnavailableForThatReason() throws IOException {
        Files.createDirectories(root.resolve("sys/kernel/config"));

        assertThat(reason()).startsWith("the kernel has no null_blk driver loaded: there is no " + nullb());
    }

    @Test
    void aDriverThatKnowsNoZoneCapacityIsUnavailableAndTheProbeIsGone() throws IOException {
        Files.createDirectories(nullb());

        assertThat(reason()).contains("older than Linux 5.9");
        assertThat(nullb()).isEmptyDirectory();
    }

    @Test
    void theCommandThatLoadsTheDriverIsThereWhereTheKernelHasItAsAModule() throws IOException {
        assertThat(NullBlockDriver.loadingCommand(root, "6.1.0")).isEmpty();
        Path modules = Files.createDirectories(root.resolve("lib/modules/6.1.0"));
        Files.writeString(modules.resolve("modules.dep"), "kernel/drivers/block/null_blk/null_blk.ko.xz:\n");

        assertThat(NullBlockDriver.loadingCommand(root, "6.1.0")).contains("modprobe null_blk nr_devices=0");
        assertThat(NullBlockDriver.loadingCommand(root, "6.2.0")).isEmpty();

        Files.createDirectories(root.resolve("sys/module/null_blk"));
        assertThat(NullBlockDriver.loadingCommand(root, "6.1.0")).isEmpty();
    }

    @Test
    void nothingIsLeftOfADeviceThatTheKernelRefuses() throws IOException {
        Files.createDirectories(nullb());

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() ->
                        driver().create("nullb0", NullBlockSettings.builder().build()))
                .withMessageContaining("Cannot write 1 to " + nullb().resolve("nullb0/memory_backed"));
        assertThat(nullb()).isEmptyDirectory();
    }

    @Test
    void namesAreListedInOrderAndFilesAreNone() throws IOException {
        Files.createDirectories(nullb().resolve("b"));
        Files.createDirectories(nullb().resolve("a"));
        Files.createFile(nullb().resolve("features"));

        assertThat(driver().names()).containsExactly("a", "b");
    }

    @Test
    void removingADeviceThatIsNotThereIsNoError() throws IOException {
        Files.createDirectories(nullb().resolve("left"));

        driver().remove("left");
        driver().remove("left");

        assertThat(nullb()).isEmptyDirectory();
    }

    @Test
    void namesThatLeaveTheFolderOrTheKernelWouldCutAreRefused() throws IOException {
        Files.createDirectories(nullb());
        for (String name : List.of("", "..", "a/b", "a b", "x".repeat(32))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> driver().remove(name))
                    .withMessageContaining("can't be named \"" + name + "\"");
        }
    }

    @Test
    void settingsSurviveTheWayThroughTheAttributes() throws IOException {
        NullBlockSettings settings = NullBlockSettings.builder()
                .conventionalZones(2)
                .blockBytes(512)
                .maxTransferBytes(128 * 1024)
                .completionDelayNanos(20_000)
                .build();
        Path folder = Files.createDirectories(nullb().resolve("device"));
        ConfigurationFolder configuration = new ConfigurationFolder(folder);
        for (String attribute : ConfigurationFolder.attributes(settings).keySet()) {
            Files.createFile(folder.resolve(attribute));
        }
        ConfigurationFolder.attributes(settings).forEach(configuration::write);

        assertThat(configuration.settings()).isEqualTo(settings);
        assertThat(folder.resolve("max_sectors")).hasContent("256");
        assertThat(folder.resolve("zone_size")).hasContent("64");
        assertThat(folder.resolve("irqmode")).hasContent("2");
    }

    @Test
    void anAttributeThatIsNoNumberIsQuoted() throws IOException {
        Path folder = Files.createDirectories(nullb().resolve("device"));
        Files.writeString(folder.resolve("index"), "none\n");

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> new ConfigurationFolder(folder).readNumber("index"))
                .withMessageContaining("index is \"none\", not a number");
    }

    private Path nullb() {
        return root.resolve("sys/kernel/config/nullb");
    }

    private NullBlockDriver driver() {
        return new NullBlockDriver(root);
    }

    private String reason() {
        return switch (NullBlockDriver.find(root)) {
            case NullBlockDriver.Unavailable(String reason) -> reason;
            case NullBlockDriver.Available(NullBlockDriver driver) -> "available: " + driver;
        };
    }
}
