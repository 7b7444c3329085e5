package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on a device that holds a store: they show it, and keep their hands off it unless it is named. */
class StoreOnADeviceTest {
    private static final String OTHER_STORE = "123e4567-e89b-42d3-a456-426614174000";

    @TempDir
    private Path home;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = home.resolve("device");
        assertThat(run("create", "--zones", "16", "--zone-size", "2M", "--zone-capacity", "1M")
                        .code())
                .isEqualTo(ExitCode.DONE);
    }

    private CommandRun run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("device", command, device.toString()));
        all.addAll(Arrays.asList(arguments));
        return CommandRun.of(home, all.toArray(String[]::new));
    }

    /** Puts a store with a demoted epoch on the device, and returns its UUID. */
    private String makeAStore() {
        ZnsTier tier = ZnsTier.open(device);
        try (SlabAllocator store =
                SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build()) {
            long epoch = store.currentEpoch();
            assertThat(Handle.isHandle(store.allocate(100, epoch))).isTrue();
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
            return tier.deviceUuid();
        }
    }

    private String storeOnIt() {
        return JsonSchemas.requireValid("device-info", run("info", "--json").out())
                .at("/store/id")
                .asText();
    }

    private void writeForeignData() throws IOException {
        Path input = Files.writeString(home.resolve("input"), "somebody else's\n");
        assertThat(run("write", "--offset", "0", "--input", input.toString(), "--yes")
                        .code())
                .isEqualTo(ExitCode.DONE);
    }

    @Test
    void whatTheTextOfInfoShowsIsInItsJsonToo() throws IOException {
        assertThat(JsonSchemas.requireValid("device-info", run("info", "--json").out())
                        .get("holds")
                        .asText())
                .isEqualTo("nothing");
        assertThat(run("info").out()).contains("holds          nothing\n");
        String id = makeAStore();

        JsonNode json =
                JsonSchemas.requireValid("device-info", run("info", "--json").out());

        assertThat(run("info").out()).contains("store          " + id + ", opened 1 time, formatted 2");
        assertThat(json.get("holds").asText()).isEqualTo("store");
        assertThat(json.at("/store/id").asText()).isEqualTo(id);
        assertThat(json.at("/store/openings").asInt()).isEqualTo(1);
        assertThat(json.at("/store/slab_bytes").asInt()).isEqualTo(4096);
        assertThat(run("reset", "--all", "--yes", "--store", id).code()).isEqualTo(ExitCode.DONE);
        writeForeignData();
        assertThat(JsonSchemas.requireValid("device-info", run("info", "--json").out())
                        .get("foreign")
                        .asText())
                .isEqualTo("data that is not ours");
    }

    @Test
    void zonesShowWhereTheStoresLogAndDataLie() {
        String id = makeAStore();

        assertThat(run("zones").out())
                .contains("holds    the store " + id)
                .contains("of log, 1 of data")
                .contains("M metadata");
        assertThat(run("zones", "--table").out()).containsPattern(" log\n").containsPattern(" data\n");
        JsonNode json =
                JsonSchemas.requireValid("device-zones", run("zones", "--json").out());
        assertThat(json.at("/store/id").asText()).isEqualTo(id);
        assertThat(json.get("zones")).anySatisfy(zone -> {
            assertThat(zone.get("holds").asText()).isEqualTo("data");
            assertThat(zone.get("store").asText()).isEqualTo(id);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write --offset 0 --input /dev/null",
                "reset --all",
                "reset --zone 0",
                "finish --all",
                "open --zone 9",
                "close --zone 0"
            })
    void aLiveStoreIsLeftAloneUnlessItIsNamed(String arguments) throws IOException {
        String id = makeAStore();
        byte[] before = Files.readAllBytes(device);
        String[] words = (arguments + " --yes").split(" ", -1);
        String[] options = Arrays.copyOfRange(words, 1, words.length);

        CommandRun unnamed = run(words[0], options);
        assertThat(unnamed.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(unnamed.err())
                .contains("holds the store " + id)
                .contains("--store")
                .hasLineCount(1);
        List<String> other = new ArrayList<>(List.of(options));
        other.addAll(List.of("--store", OTHER_STORE));
        CommandRun misnamed = run(words[0], other.toArray(String[]::new));
        assertThat(misnamed.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(misnamed.err())
                .contains("does not hold the store " + OTHER_STORE)
                .hasLineCount(1);
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
    }

    @Test
    void aStoreThatIsNamedCanBeResetAndWhatIsNoNameIsAUsageError() {
        String id = makeAStore();

        assertThat(run("reset", "--all", "--yes", "--store", "mine").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("reset", "--all", "--yes", "--store", "1-1-1-1-1").err()).contains("'1-1-1-1-1' is not a UUID");
        assertThat(run("reset", "--all", "--yes", "--store", id).code()).isEqualTo(ExitCode.DONE);
        assertThat(run("info").out()).contains("holds          nothing");
    }

    @Test
    void formattingMakesANewStoreEachTimeAndAsksForConfirmation() {
        CommandRun unasked = run("format");
        assertThat(unasked.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(unasked.err()).endsWith("add --yes to do it\n").hasLineCount(1);

        CommandRun first = run("format", "--yes");
        assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.DONE);
        String id = storeOnIt();
        assertThat(first.out()).isEqualTo("formatted " + device + ": it holds the new store " + id + "\n");

        CommandRun guarded = run("format", "--yes", "--store", OTHER_STORE);
        assertThat(guarded.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(storeOnIt()).isEqualTo(id);
        CommandRun again = run("format", "--yes", "--store", id, "--set", "allocator.slab-size=16KiB", "--json");
        JsonNode json = JsonSchemas.requireValid("device-format", again.out());
        assertThat(json.get("held").asText()).isEqualTo("store");
        assertThat(json.at("/store/id").asText()).isNotEqualTo(id).isEqualTo(storeOnIt());
        assertThat(json.at("/store/slab_bytes").asInt()).isEqualTo(16 << 10);
    }

    @Test
    void foreignDataIsFormattedOverWithForceAndYesOnly() throws IOException {
        writeForeignData();
        byte[] before = Files.readAllBytes(device);

        for (String[] options : new String[][] {{"--yes"}, {"--force"}, {}}) {
            CommandRun refused = run("format", options);
            assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
            assertThat(refused.err()).contains("add --force and --yes").hasLineCount(1);
        }
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
        CommandRun formatted = run("format", "--force", "--yes");
        assertThat(formatted.code()).as(formatted.err()).isEqualTo(ExitCode.DONE);
        assertThat(storeOnIt()).isNotEmpty();
    }

    @Test
    void aDeviceInUseIsNotFormatted() {
        try (ZonedDevice inUse = ZonedDevice.open(device)) {
            CommandRun run = run("format", "--force", "--yes");

            assertThat(inUse.report()).hasSize(16);
            assertThat(run.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
            assertThat(run.err()).contains("is open already").hasLineCount(1);
        }
    }

    @Test
    void aDeviceInUseIsLookedAtAllTheSame() {
        String id = makeAStore();
        try (ZonedDevice inUse = ZonedDevice.open(device)) {
            assertThat(inUse.report()).hasSize(16);
            assertThat(run("info").out()).contains("store          " + id);
            assertThat(run("zones").out()).contains("of log, 1 of data");
        }
    }

    @Test
    void aTerminalIsAskedAndItsAnswerCounts() {
        List<String> asked = new ArrayList<>();
        String[] format = {"device", "format", device.toString()};

        CommandRun no = CommandRun.answering(
                home,
                question -> {
                    asked.add(question);
                    return false;
                },
                format);
        assertThat(no.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(no.err()).contains("the answer was no").hasLineCount(1);
        assertThat(run("info").out()).contains("holds          nothing");
        CommandRun yes = CommandRun.answering(home, question -> true, format);
        assertThat(yes.code()).as(yes.err()).isEqualTo(ExitCode.DONE);
        assertThat(asked)
                .singleElement()
                .asString()
                .contains("formatting " + device)
                .endsWith("Go on?");
    }

    @Test
    void theConfiguredDeviceIsListedWithWhatItHolds() {
        String id = makeAStore();
        Map<String, String> environment = Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", device.toString());

        JsonNode devices = JsonSchemas.requireValid(
                        "device-list",
                        CommandRun.of(environment, "device", "list", "--json").out())
                .get("devices");

        assertThat(devices).anySatisfy(listed -> {
            assertThat(listed.get("path").asText()).isEqualTo(device.toString());
            assertThat(listed.get("state").asText()).isEqualTo("free");
            assertThat(listed.at("/store/id").asText()).isEqualTo(id);
            assertThat(listed.get("permissions").asText()).isEqualTo("rw-------");
        });
        assertThat(CommandRun.of(environment, "device", "list").out())
                .contains(device.toString(), "16 zones", "free; holds the store " + id, "; configured");
        try (ZonedDevice inUse = ZonedDevice.open(device)) {
            assertThat(inUse.report()).hasSize(16);
            assertThat(CommandRun.of(environment, "device", "list").out()).contains("in use, by another process");
        }
    }
}
