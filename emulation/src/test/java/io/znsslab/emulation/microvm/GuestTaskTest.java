package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.znsslab.emulation.host.HostCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestTaskTest {
    private static final GuestSystem SYSTEM =
            new GuestSystem(Path.of("/cache/kernel"), Path.of("/cache/initrd"), "linux-image-6.1");

    @TempDir
    Path folder;

    @Test
    void impossibleTasksAreRefused() {
        refused(() -> GuestTask.of(List.of()), "the command is empty");
        refused(() -> task().memoryMebibytes(100), "a guest of 100 MiB does not start");
        refused(() -> task().processors(0), "processors is 0");
        refused(() -> task().timeLimit(Duration.ZERO), "must be positive");
        refused(() -> task().environment("A=B", "C"), "\"A=B\" is not a variable name");
        refused(() -> task().sharedFolder(folder.resolve("missing")), "the shared folder " + folder.resolve("missing"));
        refused(() -> task().folder(folder.resolve("missing")).build(), "the folder " + folder.resolve("missing"));
    }

    @Test
    void theEmulatorRunsAllProcessorsInOneThreadBecauseHotSpotCrashesOtherwise() {
        assertThat(commandLine(task().processors(3)))
                .containsSequence("-accel", "tcg,thread=single,tb-size=1024")
                .containsSequence("-smp", "3");
    }

    @Test
    void theHostsRootIsGivenReadOnlyAndSharedFoldersAreNot() {
        assertThat(commandLine(task().sharedFolder(folder)))
                .contains("local,id=root,path=/,security_model=none,multidevs=remap,readonly=on")
                .contains("local,id=shared0,path=" + folder + ",security_model=none,multidevs=remap");
    }

    @Test
    void namespacesAreNumberedInTheirOrderAndCommasInPathsStayCommas() {
        NvmeNamespace first = new NvmeNamespace(4, 1 << 20, 1 << 20, 2, 3, 512).storedIn(folder.resolve("a,b"));
        NvmeNamespace second = new NvmeNamespace(4, 1 << 20, 1 << 19, 0, 0, 4096).storedIn(folder.resolve("c"));

        assertThat(commandLine(task().namespace(first).namespace(second)))
                .contains("if=none,id=zns0,format=raw,discard=unmap,file=" + folder + "/a,,b")
                .contains("nvme-ns,drive=zns0,bus=nvme,nsid=1,zoned=true,zoned.zone_size=1048576,"
                        + "zoned.zone_capacity=1048576,"
                        + "zoned.max_open=2,zoned.max_active=3,logical_block_size=512,physical_block_size=512")
                .contains("nvme-ns,drive=zns1,bus=nvme,nsid=2,zoned=true,zoned.zone_size=1048576,"
                        + "zoned.zone_capacity=524288,"
                        + "zoned.max_open=0,zoned.max_active=0,"
                        + "logical_block_size=4096,physical_block_size=4096");
    }

    @Test
    void badBlocksAreRulesOfTheDriverOfErrorsInSectors() {
        NvmeNamespace namespace = new NvmeNamespace(4, 1 << 20, 1 << 20, 2, 3, 4096)
                .storedIn(folder.resolve("image"))
                .withBadBlocks(List.of(0L, 8192L));

        assertThat(commandLine(task().namespace(namespace)))
                .contains("if=none,id=zns0,format=raw,discard=unmap,file.driver=blkdebug,file.image.driver=file,"
                        + "file.image.filename=" + folder + "/image"
                        + ",file.inject-error.0.event=none,file.inject-error.0.sector=0"
                        + ",file.inject-error.1.event=none,file.inject-error.1.sector=16");
    }

    @Test
    void aGuestWithoutNamespacesHasNoNvmeDevice() {
        assertThat(commandLine(task())).noneMatch(argument -> argument.contains("nvme"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "two words", "it's", "'", "$HOME `id` \\ \"x\"", "a\nb", "-n", "*", "ä€", "a=b"})
    void anArgumentComesThroughAShellAsItIs(String argument) {
        HostCommand.Result result =
                HostCommand.run(folder, List.of("sh", "-c", "printf %s " + RunFolder.quoted(argument)));

        assertThat(result.output()).isEqualTo(argument);
    }

    @Test
    void aRunHasNoStatusUntilTheGuestLeavesOne() throws Exception {
        RunFolder run = RunFolder.create(task().build());
        try {
            assertThat(run.status()).isEmpty();
            Files.writeString(run.folder().resolve("status"), "3\n");
            assertThat(run.status()).isEqualTo(OptionalInt.of(3));
        } finally {
            run.delete();
        }
        assertThat(run.folder()).doesNotExist();
    }

    @Test
    void aRunLiesWhereTemporaryFilesDoUnlessASocketsPathWouldBeTooLongThere() throws Exception {
        Path near = Files.createDirectory(folder.resolve("t"));
        Path far = Files.createDirectories(folder.resolve("x".repeat(100)));

        assertThat(parentOfARun(near)).isEqualTo(near);
        assertThat(parentOfARun(far)).isEqualTo(Path.of("/tmp"));
    }

    private static Path parentOfARun(Path temporaryFiles) {
        String before = System.setProperty("java.io.tmpdir", temporaryFiles.toString());
        try {
            RunFolder run = RunFolder.create(task().build());
            try {
                return run.folder().getParent();
            } finally {
                run.delete();
            }
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    @Test
    void theImageOfANamespaceWithoutAFileOfItsOwnGoesWithTheGuest() throws Exception {
        NvmeNamespace namespace = new NvmeNamespace(4, 1 << 20, 1 << 20, 0, 0, 512);
        RunFolder run = RunFolder.create(task().namespace(namespace).build());
        Path image = run.image(namespace, 0);

        assertThat(image).hasSize(4 << 20);
        run.delete();

        assertThat(image).doesNotExist();
    }

    @Test
    void theConsolesLastLinesComeBeforeTheEmulatorsOwnWords() throws Exception {
        RunFolder run = RunFolder.create(task().build());
        try {
            Files.writeString(run.console(), "line\n\n".repeat(1000) + "Kernel panic\n");
            Files.writeString(run.emulatorLog(), "out of memory\n");

            assertThat(run.lastConsoleLines()).hasSize(41).endsWith("Kernel panic", "out of memory");
            assertThat(new GuestFailedException("The guest died", run.lastConsoleLines()))
                    .hasMessageStartingWith("The guest died; its console's last lines:")
                    .hasMessageContaining("    Kernel panic");
        } finally {
            run.delete();
        }
    }

    @Test
    void theReasonOfAPanicIsShownHoweverLongItsTrace() throws Exception {
        RunFolder run = RunFolder.create(task().build());
        try {
            Files.writeString(run.console(), "boot\nKernel panic - not syncing\n" + "trace\n".repeat(100));

            assertThat(run.lastConsoleLines()).hasSize(40).startsWith("Kernel panic - not syncing", "trace");
        } finally {
            run.delete();
        }
    }

    private static GuestTask.Builder task() {
        return GuestTask.of(List.of("true"));
    }

    private static List<String> commandLine(GuestTask.Builder builder) {
        GuestTask task = builder.build();
        RunFolder run = RunFolder.create(task);
        try {
            return QemuCommandLine.of(Path.of("/usr/bin/qemu"), SYSTEM, task, run);
        } finally {
            run.delete();
        }
    }

    private static void refused(Runnable call, String rule) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(rule);
    }
}
