package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeAKernelThatHasMostBuiltIn() throws IOException {
        Files.createDirectories(folder.resolve("kernel/drivers"));
        Files.writeString(folder.resolve("modules.builtin"), """
                kernel/fs/9p/9p.ko
                kernel/net/9p/9pnet_virtio.ko
                kernel/fs/overlayfs/overlay.ko
                kernel/drivers/virtio/virtio_pci.ko
                kernel/drivers/char/virtio_console.ko
                kernel/fs/configfs/configfs.ko
                kernel/fs/zonefs/zonefs.ko
                """);
    }

    @Test
    void aModulesDependenciesComeBeforeItAndOnlyOnce() throws IOException {
        module("null_blk.ko", "common");
        module("nvme.ko", "nvme-core,common");
        module("nvme-core.ko", "common");
        module("common.ko", "");

        assertThat(KernelModules.inLoadOrder(folder, UnaryOperator.identity()))
                .containsOnlyKeys("common.ko", "null_blk.ko", "nvme_core.ko", "nvme.ko")
                .extractingFromEntries(entry -> entry.getKey())
                .containsExactly("common.ko", "null_blk.ko", "nvme_core.ko", "nvme.ko");
    }

    @Test
    void aCompressedModuleIsKeptDecompressedUnderItsPlainName() throws IOException {
        module("null_blk.ko.xz", "");
        module("nvme.ko.xz", "");

        assertThat(KernelModules.inLoadOrder(folder, content -> "plain".getBytes(StandardCharsets.US_ASCII)))
                .containsOnlyKeys("null_blk.ko", "nvme.ko")
                .containsEntry("nvme.ko", "plain".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aModuleThatTheKernelLacksIsNamed() throws IOException {
        module("null_blk.ko", "");
        module("nvme.ko", "t10_pi");

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> KernelModules.inLoadOrder(folder, UnaryOperator.identity()))
                .withMessage("The kernel package has no module t10_pi, needed by [nvme]");
    }

    @Test
    void modulesThatDependOnEachOtherInACircleAreRefused() throws IOException {
        module("null_blk.ko", "nvme");
        module("nvme.ko", "null_blk");

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> KernelModules.inLoadOrder(folder, UnaryOperator.identity()))
                .withMessageContaining("in a circle");
    }

    private void module(String name, String dependencies) throws IOException {
        Files.writeString(
                folder.resolve("kernel/drivers").resolve(name),
                "ELF\0license=GPL\0depends=" + dependencies + "\0name=x\0");
    }
}
