package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store commands as processes: what they print where, and how they end. */
class StoreIT {
    @TempDir
    private Path folder;

    private SampleStore store;
    private String device;
    private Map<String, String> environment;

    @BeforeEach
    void makeAStore() {
        store = SampleStore.make(folder.resolve("device"));
        device = store.device.toString();
        environment = new HashMap<>(Map.of(
                "XDG_CONFIG_HOME",
                folder.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "launcher",
                Repository.root().resolve("zns-slab").toString(),
                // It starts sooner with one compiler.
                "ZNS_SLAB_JAVA_OPTIONS",
                "-XX:TieredStopAtLevel=1"));
    }

    private Program store(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(environment.get("launcher"), "store"));
        command.addAll(List.of(arguments));
        return Program.run(folder, environment, command);
    }

    /** Runs a line of bash, in which {@code store} is the command. */
    private Program bash(String line) throws Exception {
        return Program.run(
                folder, environment, List.of("bash", "-c", "store() { \"$launcher\" store \"$@\"; }; " + line));
    }

    private static Program ended(Program program, ExitCode code) {
        assertThat(program.status()).as(program.all()).isEqualTo(code.status());
        return program;
    }

    private String text(String... arguments) throws Exception {
        Program program = ended(store(arguments), ExitCode.DONE);
        assertThat(program.err()).isEmpty();
        return program.out();
    }

    /** The document that a command prints with {@code --json}, and nothing else. */
    private JsonNode json(ExitCode code, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        Program program = ended(store(all.toArray(String[]::new)), code);
        assertThat(program.err()).isEmpty();
        return JsonSchemas.requireValid("store-" + arguments[0], program.out());
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    /** The file is all that has come from there; it may not be written. */
    @Test
    void theStoreOfAnotherMachineIsLookedIntoFromACopyOfItsFile() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("another machine")).resolve("copied device");
        Files.move(store.device, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r--r--r--"));
        byte[] before = Files.readAllBytes(copy);
        String copied = copy.toString();

        String inspected = text("inspect", copied);
        String epochs = text("epochs", copied);
        JsonNode store = json(ExitCode.DONE, "inspect", copied);
        JsonNode listed = json(ExitCode.DONE, "epochs", copied).get("epochs");
        JsonNode extents = json(ExitCode.DONE, "extents", copied).get("extents");

        assertThat(inspected).contains("device   " + copied, "I/O      by ", "state    closed in order", "epochs   2");
        assertThat(epochs).contains("orders", "ticks");
        assertThat(inspected).contains(store.get("store").asText());
        assertThat(store.get("io_method").asText()).isIn("io_uring", "plain");
        assertThat(store.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 1);
        assertThat(listed.findValuesAsText("label")).containsExactly("orders", "ticks");
        assertThat(listed.get(0).get("number").asLong()).isEqualTo(this.store.ordersEpoch);
        assertThat(extents).isNotEmpty();
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
    }

    @Test
    void aHandleThatSlabsPrintsIsFollowedToItsBytes() throws Exception {
        String slab = found(
                text("slabs", device, "--epoch", Long.toString(store.ordersEpoch)),
                "(?m)^ *(\\d+) +" + store.ordersEpoch + " +live");
        String handle = found(text("slabs", device, "--slab", slab), "(?m)^(0x[0-9a-f]{16}) ");

        String trace = text("trace", handle, device);
        JsonNode traced = json(ExitCode.DONE, "trace", handle, device);
        String payload = text("dump", "--raw", "--handle", handle, device);
        JsonNode dumped = json(ExitCode.DONE, "dump", "--handle", handle, device);

        assertThat(trace)
                .contains("handle   " + handle, "verdict  live", "slab     " + slab + ",")
                .contains("epoch    " + store.ordersEpoch + " \"orders\"");
        assertThat(traced.at("/slab/id").asText()).isEqualTo(slab);
        assertThat(trace).contains("zone     " + traced.at("/slab/zone").asInt() + "\n");
        assertThat(payload).startsWith("order number ");
        assertThat(payload.getBytes(StandardCharsets.UTF_8))
                .hasSize(traced.at("/object/payload_bytes").asInt())
                .isEqualTo(dumped.get("content").binaryValue());
        assertThat(json(ExitCode.DONE, "slabs", device, "--slab", slab)
                        .get("objects")
                        .findValuesAsText("handle"))
                .contains(handle);
    }

    /** Byte and place by the shell's own means, as a person would do it. */
    @Test
    void aByteFlippedByHandIsFoundAndNamedWithItsPlace() throws Exception {
        String handle = "0x%016x".formatted(store.orders.get(3));
        JsonNode slab = json(ExitCode.DONE, "trace", handle, device).get("slab");
        assertThat(text("verify", "--rate", "1GB/s", device)).contains("result   sound");
        ended(
                bash("at=$(grep -abo 'order number 00003' device | head -n 1 | cut -d : -f 1);"
                        + " printf X | dd of=device bs=1 seek=$at conv=notrunc status=none"),
                ExitCode.DONE);

        Program verified = ended(store("verify", device), ExitCode.DATA_CORRUPT);
        JsonNode report = json(ExitCode.DATA_CORRUPT, "verify", device);

        assertThat(verified.err()).isEmpty();
        assertThat(verified.out())
                .contains("damaged  zone " + slab.get("zone") + ", offset " + slab.get("offset") + ": slab "
                        + slab.get("id") + " of epoch " + store.ordersEpoch)
                .contains("result   damaged: 1 slab with ");
        assertThat(report.get("sound").asBoolean()).isFalse();
        assertThat(report.get("damages")).singleElement().satisfies(damage -> {
            for (String place : List.of("zone", "offset", "epoch")) {
                assertThat(damage.get(place)).isEqualTo(slab.get(place));
            }
        });
        assertThat(ended(store("trace", handle, device), ExitCode.DATA_CORRUPT).out())
                .contains("verdict  damaged");
        Program refused = ended(store("dump", "--handle", handle, device), ExitCode.DATA_CORRUPT);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("zns-slab: ").hasLineCount(1);
    }

    @Test
    void epochsGoThroughAPipeIntoAnEmptyDeviceAndKeepTheirHandles() throws Exception {
        CommandRun.of(folder, "device", "create", folder.resolve("other").toString(), "--zones", "16");
        String handle = "0x%016x".formatted(store.ticks.get(9));

        Program moved = ended(bash("set -o pipefail; store export - device | store import - other"), ExitCode.DONE);

        assertThat(moved.err()).containsPattern("(?m)^exported 2 epochs, .* objects of .*device: ");
        assertThat(moved.out()).contains("handles  are the same as before").doesNotContain("exported");
        assertThat(text("dump", "--raw", "--handle", handle, "other"))
                .isEqualTo(new String(SampleStore.tick(9), StandardCharsets.UTF_8));
        assertThat(text("verify", "other")).contains("result   sound");
    }

    @Test
    void copiesHaveNewHandlesWhoseMapIsStandardOutputAndNothingElseIs() throws Exception {
        SampleStore.make(folder.resolve("other"));
        JsonNode exported =
                json(ExitCode.DONE, "export", "--epoch", Long.toString(store.ticksEpoch), "ticks.zsx", device);

        Program imported = ended(store("import", "ticks.zsx", "other"), ExitCode.DONE);

        assertThat(exported.get("objects").asInt()).isEqualTo(SampleStore.OBJECTS);
        assertThat(imported.out().lines())
                .hasSize(SampleStore.OBJECTS)
                .allMatch(line -> line.matches("0x[0-9a-f]{16} 0x[0-9a-f]{16}"));
        assertThat(imported.err()).contains("imported 1 epoch, ", "handles  are new: see standard output");
        String[] pair =
                imported.out().lines().skip(20).findFirst().orElseThrow().split(" ", -1);
        assertThat(text("dump", "--raw", "--handle", pair[1], "other"))
                .startsWith(text("dump", "--raw", "--handle", pair[0], device));
    }

    @Test
    void garbageIsCollectedOnceThatIsConfirmed() throws Exception {
        byte[] before = Files.readAllBytes(store.device);

        Program unconfirmed = ended(store("gc", device), ExitCode.DEVICE_REFUSED);

        assertThat(unconfirmed.out()).isEmpty();
        assertThat(unconfirmed.err())
                .startsWith("zns-slab: collecting garbage on " + device)
                .endsWith("; add --yes to do it\n")
                .hasLineCount(1);
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
        assertThat(json(ExitCode.DONE, "gc", "--yes", device).get("device").asText())
                .isEqualTo(device);
        assertThat(text("verify", device)).contains("result   sound");
    }

    /** Plain system calls stand in for a kernel without io_uring, which the setting refuses. */
    @Test
    void aCommandThatWritesHonoursTheSettings() throws Exception {
        environment.put("ZNS_SLAB_JAVA_OPTIONS", "-Dznsslab.io=plain");

        Program refused =
                ended(store("gc", "--yes", "--set", "tier.require-ring=true", device), ExitCode.SETUP_INCOMPLETE);
        Program inspected = ended(store("inspect", "--json", device), ExitCode.DONE);

        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("is to be used by io_uring alone");
        assertThat(JsonSchemas.requireValid("store-inspect", inspected.out())
                        .get("io_method")
                        .asText())
                .isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource({
        "5, inspect /no/such/device",
        "6, epochs text",
        "2, slabs --slab 99999999 device",
        "14, extents --zone 16 device",
        "4, import text empty",
        "2, gc --dead 0 device",
    })
    void aRefusalIsOneLineOnStandardErrorAndACodeOfItsOwn(int code, String line) throws Exception {
        Files.writeString(folder.resolve("text"), "x".repeat(10_000));
        CommandRun.of(folder, "device", "create", folder.resolve("empty").toString());

        Program refused = store(line.split(" ", -1));

        assertThat(refused.status()).as(refused.all()).isEqualTo(code);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("zns-slab: ");
        assertThat(refused.err().lines().filter(text -> !text.startsWith("Try '")))
                .hasSize(1);
    }

    @Test
    void aListThatCannotBeWrittenIsAFailureAndOneWhoseReaderHasEndedIsNone() throws Exception {
        Program full = ended(bash("store slabs --limit 0 device > /dev/full"), ExitCode.INPUT_UNUSABLE);
        assertThat(full.err()).isEqualTo("zns-slab: cannot write to standard output: No space left on device\n");

        Program ended = ended(bash("store slabs --json device | head -n 1"), ExitCode.DONE);
        assertThat(ended.out()).isEqualTo("{\n");
        assertThat(ended.err()).isEmpty();
    }
}
