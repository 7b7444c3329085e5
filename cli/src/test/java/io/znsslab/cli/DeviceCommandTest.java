package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on a device file; the contract suite of devices shows that block devices behave in the same way. */
class DeviceCommandTest {
    private static final int BLOCK = 4096;

    @TempDir
    private Path home;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = home.resolve("device");
        assertThat(run("create", device.toString(), "--zones", "16", "--zone-size", "2M", "--zone-capacity", "1M")
                        .code())
                .isEqualTo(ExitCode.DONE);
    }

    private CommandRun run(String command, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "device";
        all[1] = command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return CommandRun.of(home, all);
    }

    private CommandRun write(long offset, byte[] bytes) throws IOException {
        Path input = Files.write(home.resolve("input"), bytes);
        return run("write", device.toString(), "--offset", Long.toString(offset), "--input", input.toString(), "--yes");
    }

    private static byte[] bytes(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void writtenDataIsReadBackPaddedToWholeBlocks() throws IOException {
        Path output = home.resolve("output");

        assertThat(write(0, bytes(BLOCK + 100, 7)).out()).isEqualTo("wrote 8,192 bytes at 0 of " + device + "\n");
        CommandRun read =
                run("read", device.toString(), "--offset", "0", "--length", "8k", "--output", output.toString());

        assertThat(read.code()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readAllBytes(output)).isEqualTo(Arrays.copyOf(bytes(BLOCK + 100, 7), 2 * BLOCK));
    }

    @Test
    void aWriteOffTheWritePointerIsOneLineWithItsOwnExitCode() throws IOException {
        write(0, bytes(BLOCK, 1));

        CommandRun again = write(0, bytes(BLOCK, 2));
        CommandRun ahead = write(2 * BLOCK, bytes(BLOCK, 2));

        assertThat(again.code()).isEqualTo(ExitCode.NOT_AT_WRITE_POINTER);
        assertThat(again.err())
                .startsWith("zns-slab: ")
                .contains("the write pointer is at 4096")
                .hasLineCount(1);
        assertThat(ahead.code()).isEqualTo(ExitCode.NOT_AT_WRITE_POINTER);
        assertThat(ahead.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @Test
    void aReadBeyondTheWritePointerIsOneLineWithItsOwnExitCodeAndLeavesNoFile() throws IOException {
        write(0, bytes(BLOCK, 1));
        Path output = home.resolve("output");

        CommandRun read = run("read", device.toString(), "--offset", "4k", "--output", output.toString());

        assertThat(read.code()).isEqualTo(ExitCode.BEYOND_WRITE_POINTER);
        assertThat(read.err())
                .startsWith("zns-slab: ")
                .contains("beyond the write pointer")
                .hasLineCount(1);
        assertThat(output).doesNotExist();
    }

    @Test
    void aMissingDeviceIsOneLineWithItsOwnExitCode() {
        for (String command : new String[] {"info", "zones"}) {
            CommandRun missing = run(command, home.resolve("nothing").toString());

            assertThat(missing.code()).isEqualTo(ExitCode.DEVICE_MISSING);
            assertThat(missing.err())
                    .startsWith("zns-slab: ")
                    .contains("nothing")
                    .hasLineCount(1);
        }
    }

    @Test
    void whatIsNoZonedDeviceIsRefused() throws IOException {
        Path other = Files.writeString(home.resolve("letter"), "Dear reader\n");

        CommandRun run = run("info", other.toString());

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @Test
    void commandsThatChangeADeviceNeedAConfirmation() throws IOException {
        write(0, bytes(BLOCK, 1));
        String path = device.toString();

        assertThat(run("write", path, "--offset", "4k", "--input", "/dev/null").code())
                .isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run("reset", path, "--zone", "0").code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run("finish", path, "--zone", "0").err()).endsWith("add --yes to do it\n");
        assertThat(run("zones", path).out()).contains("1 closed, 15 empty");
    }

    @Test
    void finishedZonesAreFullAndResetOnesEmpty() throws IOException {
        write(0, bytes(BLOCK, 1));
        String path = device.toString();

        assertThat(run("finish", path, "--zone", "0", "--zone", "3", "--yes").out())
                .isEqualTo("zone 0 is now full\nzone 3 is now full\n");
        assertThat(run("zones", path).out()).contains("#..#....");
        assertThat(run("reset", path, "--all", "--yes").out()).isEqualTo("zone 0 is now empty\nzone 3 is now empty\n");
        assertThat(run("reset", path, "--zone", "16", "--yes").code()).isEqualTo(ExitCode.ZONE_REFUSED);
        assertThat(run("reset", path, "--zone", "-1", "--yes").code()).isEqualTo(ExitCode.ZONE_REFUSED);
        assertThat(run("reset", path, "--yes").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void zonesAreOpenedAndClosed() throws IOException {
        String path = device.toString();

        assertThat(run("open", path, "--zone", "0", "--zone", "5").out())
                .isEqualTo("zone 0 is now explicitly open\nzone 5 is now explicitly open\n");
        write(0, bytes(BLOCK, 1));
        assertThat(run("open", path, "--zone", "0").out()).isEqualTo("zone 0 is now explicitly open\n");
        assertThat(run("close", path, "--zone", "0").out()).isEqualTo("zone 0 is now closed\n");
        CommandRun none = run("close", path, "--all");
        assertThat(none.code())
                .as("a device file has no open zone when it is opened")
                .isEqualTo(ExitCode.DONE);
        assertThat(none.err()).contains("no zone of " + path + " needs it");
    }

    @Test
    void allZonesThatWereBegunAreFinishedAndAllOpenedUpToTheLimit() throws IOException {
        write(0, bytes(BLOCK, 1));
        write(2 << 20, bytes(BLOCK, 1));
        String path = device.toString();

        assertThat(run("finish", path, "--all", "--yes").out()).isEqualTo("zone 0 is now full\nzone 1 is now full\n");
        CommandRun open = run("open", path, "--all");
        assertThat(open.code()).isEqualTo(ExitCode.ZONE_REFUSED);
        assertThat(open.out()).as("8 zones can be open at a time").hasLineCount(8);
        assertThat(open.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "finish", "open", "close"})
    void allAndOneZoneAreNotGivenTogether(String command) {
        CommandRun run = run(command, device.toString(), "--all", "--zone", "3", "--yes");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("mutually exclusive").contains("--all").contains("--zone");
        assertThat(run(command, device.toString(), "--zone", "three").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theFormsOfTheZonesAreNotGivenTogether() {
        for (String[] forms : new String[][] {{"--table", "--json"}, {"--map", "--table"}, {"--map", "--json"}}) {
            CommandRun run = run("zones", device.toString(), forms[0], forms[1]);

            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("mutually exclusive");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void theTableHasTheWritePointerAndTheMapNoSignThatIsNotInIt() throws IOException {
        write(0, bytes(BLOCK, 1));

        assertThat(run("zones", device.toString(), "--table").out())
                .containsPattern("\n   0 +0 +1048576 +4096 +4 KiB  closed +other data\n")
                .containsPattern("\n   1 +2097152 +1048576 +2097152 +0 B  empty\n");
        assertThat(run("zones", device.toString()).out())
                .contains("  0-9 partly written, in tenths")
                .contains(". empty")
                .doesNotContain("metadata", "offline");
    }

    @Test
    void theZonesCanBeReadByPrograms() throws IOException {
        write(2 << 20, bytes(BLOCK, 1));

        JsonNode zones = JsonMapper.builder()
                .build()
                .readTree(run("zones", device.toString(), "--json").out())
                .get("zones");

        assertThat(zones).hasSize(16);
        assertThat(zones.get(1).get("start").asLong()).isEqualTo(2 << 20);
        assertThat(zones.get(1).get("capacity").asLong()).isEqualTo(1 << 20);
        assertThat(zones.get(1).get("write_pointer").asLong()).isEqualTo((2 << 20) + BLOCK);
        assertThat(zones.get(2).get("condition").asText()).isEqualTo("empty");
    }

    @Test
    void theGeometryIsPrintedForPeopleAndForPrograms() throws IOException {
        assertThat(run("info", device.toString()).out())
                .contains("zones          16, of which 0 conventional", "zone capacity  1 MiB");
        assertThat(JsonMapper.builder()
                        .build()
                        .readTree(run("info", device.toString(), "--json").out())
                        .at("/geometry/zone_count")
                        .asInt())
                .isEqualTo(16);
    }

    @Test
    void theConfiguredDeviceIsTakenWhereNoneIsNamed() {
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", "file:" + device);

        assertThat(CommandRun.of(environment, "device", "info").out()).contains(device.toString());
    }

    @Test
    void aDeviceInThisFolderNeedsNoSlashInItsName() throws IOException {
        Path folder = Path.of("target");
        Path here = Files.createTempFile(Path.of(""), "device", ".test");
        Files.delete(here);
        assertThat(folder).isDirectory();
        try {
            assertThat(run("create", here.toString(), "--zones", "8").code()).isEqualTo(ExitCode.DONE);
            assertThat(run("info", here.toString()).code()).isEqualTo(ExitCode.DONE);
            assertThat(CommandRun.of(home, "config", "set", "device", here.toString())
                            .out())
                    .contains(here.toAbsolutePath().toString());
        } finally {
            Files.deleteIfExists(here);
        }
        CommandRun gone = run("info", here.toString());
        assertThat(gone.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(gone.err()).contains("there is no device or file " + here).hasLineCount(1);
    }

    @Test
    void aSymbolicLinkToADeviceIsFollowedByEveryCommandAndOneToNothingIsNamed() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("link"), device);
        Path dangling = Files.createSymbolicLink(home.resolve("dangling"), home.resolve("nothing"));

        for (String command : new String[] {"info", "zones"}) {
            assertThat(run(command, link.toString()).code()).isEqualTo(ExitCode.DONE);
        }
        assertThat(run("finish", link.toString(), "--zone", "0", "--yes").code())
                .isEqualTo(ExitCode.DONE);
        assertThat(run("zones", device.toString()).out()).contains("1 full");
        CommandRun nothing = run("info", dangling.toString());
        assertThat(nothing.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(nothing.err()).contains("is a symbolic link to nothing").hasLineCount(1);
        CommandRun created = run("create", dangling.toString());
        assertThat(created.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(home.resolve("nothing")).doesNotExist();
    }

    @Test
    void aFileOfOthersGetsNoAdviceAboutItsPermissions() throws IOException {
        CommandRun run = run("info", "/etc/passwd");

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run.err())
                .contains("/etc/passwd is not a zoned device file")
                .doesNotContain("chmod")
                .hasLineCount(1);
    }

    @Test
    void aFolderThatIsMissingIsNamedAsSuch() {
        Path file = home.resolve("no/such/device");
        CommandRun run = run("create", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err())
                .contains("there is no folder " + file.getParent())
                .contains("mkdir -p")
                .hasLineCount(1);
    }

    @Test
    void filesThatCannotBeReadOrWrittenAreNamedOnceWithTheReason() throws IOException {
        String path = device.toString();

        CommandRun write = run("write", path, "--offset", "0", "--input", "/nonexistent", "--yes");
        assertThat(write.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(write.err()).isEqualTo("zns-slab: cannot read /nonexistent: no such file or folder\n");
        write(0, bytes(BLOCK, 1));
        CommandRun read = run("read", path, "--offset", "0", "--output", home + "/no/file");
        assertThat(read.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(read.err()).contains("there is no folder " + home + "/no").hasLineCount(1);
        assertThat(run("read", path, "--offset", "0", "--output", home.toString())
                        .err())
                .contains("it is a folder");
        assertThat(run("read", path, "--offset", "0", "--length", "0").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("read", path, "--offset", "nowhere").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("write", path, "--yes").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aWordForADeviceThatIsMadeNamesNoneThatExists() {
        CommandRun run = run("info", "null_blk");

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(run.err()).contains("zns-slab emulate null_blk").hasLineCount(1);
    }

    @Test
    void aDeviceThatIsLargerThanWhatIsFreeIsMadeAndSaysSo() {
        long zones = (home.toFile().getUsableSpace() >> 30) + 4;
        CommandRun run =
                run("create", home.resolve("large").toString(), "--zones", Long.toString(zones), "--zone-size", "1G");

        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .hasLineCount(2)
                .contains("its file system has ")
                .endsWith("when its free space is used up, the device counts as full\n");
    }

    @Test
    void aFileThatIsThereIsNotMadeIntoADevice() {
        CommandRun run = run("create", device.toString());

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @Test
    void aShapeThatNoDeviceCanHaveIsAUsageError() {
        String path = home.resolve("other").toString();

        assertThat(run("create", path, "--zone-size", "3M").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("create", path, "--zones", "1").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("create", path, "--max-open", "20", "--max-active", "10").code())
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("create", path, "--max-open", "64").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("create", path, "--block-size", "600").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("create", path, "--conventional", "61").code()).isEqualTo(ExitCode.USAGE);
        assertThat(home.resolve("other")).doesNotExist();
    }
}
