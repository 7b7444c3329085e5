package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code emulate} refuses before it looks for a kernel. */
class EmulateCommandTest {
    @TempDir
    private Path home;

    private CommandRun emulate(String arguments) {
        return CommandRun.of(home, ("emulate " + arguments).split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "null_blk; Missing required parameter: COMMAND",
                "null_blok -- true; null_blok",
                "null_blk --memory -5 -- true; -5",
                "null_blk --memory 64MiB -- true; --memory 67108864: must be 512MiB to 1TiB",
                "null_blk --time-limit 0 -- true; --time-limit 0s: must be more than 0",
                "null_blk --time-limit soon -- true; soon",
                "null_blk --kernel 2.4 -- true; 6.12",
                "null_blk --latency 1h -- true; --latency 1h: must be at most 10s",
                "null_blk --bad-blocks 4096 -- true; is not OFFSET+LENGTH",
                "null_blk --bad-blocks 100+4k -- true; whole blocks of 4096",
                "null_blk --bad-blocks 1G+4k -- true; within the device's",
                "null_blk --read-only-zone 64 -- true; must be a sequential zone, 0 to 63",
                "null_blk --conventional 4 --offline-zone 3 -- true; must be a sequential zone, 4 to 63",
                "null_blk --read-only-zone 5 --offline-zone 5 -- true; cannot be both",
                "nvme-zns --latency 1ms -- true; --latency: QEMU's NVMe device has nothing of the kind",
                "nvme-zns --offline-zone 1 -- true; --offline-zone: QEMU's NVMe device has nothing of the kind",
                "nvme-zns --bad-blocks 0+4M -- true; at most 256 blocks, not 1024",
                "nvme-zns --conventional 2 -- true; no conventional zones",
                "create no/name; 1 to 31 letters, digits",
                "create a b; b",
                "create --zones 3; --zones 3: must be 4 to 65536",
                "remove; which device?",
                "remove --all nullb0; not both",
                "list nullb0; nullb0"
            })
    void aWrongArgumentIsNamed(String arguments, String told) {
        CommandRun run = emulate(arguments);

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(told);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void withoutAKindItSaysWhatCanBeGiven() {
        CommandRun run = CommandRun.of(home, "emulate");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("KIND of device, or create, list or remove");
    }

    @Test
    void aSharedFolderThatDoesNotExistIsAnInputThatCannotBeUsed() {
        CommandRun run = emulate("null_blk --share " + home.resolve("absent") + " -- true");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err())
                .startsWith("zns-slab: --share ")
                .contains("absent")
                .hasLineCount(1);
    }
}
