package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that look into the store on a device file. */
class StoreCommandTest {
    @TempDir
    private Path home;

    private SampleStore store;

    @BeforeEach
    void makeAStore() {
        store = SampleStore.make(home.resolve("device"));
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(
                home,
                Stream.concat(Stream.of("store"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private JsonNode json(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        all.add("--json");
        return JsonSchemas.requireValid(
                "store-" + command, run(all.toArray(String[]::new)).out());
    }

    private static String hex(long handle) {
        return "0x%016x".formatted(handle);
    }

    private String device() {
        return store.device.toString();
    }

    @Test
    void aStoreIsInspected() {
        CommandRun text = run("inspect", device());
        JsonNode report = json("inspect", device());

        assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.DONE);
        assertThat(text.out())
                .contains("state    closed in order")
                .contains("wide handles")
                .contains("epochs   2")
                .contains("losses   none");
        assertThat(report.get("store").asText()).hasSize(36);
        assertThat(report.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 1);
        assertThat(report.get("in_use").asBoolean()).isFalse();
        assertThat(report.get("closed_in_order").asBoolean()).isTrue();
        assertThat(report.get("shape").get("slot_bytes")).hasSize(8);
        assertThat(report.get("log").findValuesAsText("state")).contains("counting");
        assertThat(report.get("zones").get("data").asInt()).isPositive();
    }

    @Test
    void epochsAreListed() {
        CommandRun text = run("epochs", device());
        JsonNode epochs = json("epochs", device()).get("epochs");

        assertThat(text.code()).isEqualTo(ExitCode.DONE);
        assertThat(text.out()).contains("orders").contains("ticks").hasLineCount(3);
        assertThat(text.out().lines().toList())
                .satisfiesExactly(
                        heading -> assertThat(heading).contains("age     expires     slabs"),
                        orders -> assertThat(orders).contains("   - "),
                        ticks -> assertThat(ticks).containsPattern(" in \\d+ d "));
        assertThat(epochs).hasSize(2);
        assertThat(epochs.get(0).get("number").asLong()).isEqualTo(store.ordersEpoch);
        assertThat(epochs.get(0).get("label").asText()).isEqualTo("orders");
        assertThat(epochs.get(0).get("lifetime").asText()).isEqualTo("long");
        assertThat(epochs.get(0).get("objects").asInt()).isEqualTo(SampleStore.OBJECTS - 1);
        assertThat(epochs.get(0).get("age_seconds").asLong()).isBetween(0L, 600L);
        assertThat(epochs.get(0).get("expires_at").isNull()).isTrue();
        assertThat(epochs.get(0).get("expires_in_seconds").isNull()).isTrue();
        assertThat(epochs.get(1).get("expires_at").asText()).isEqualTo(SampleStore.TICKS_EXPIRE.toString());
        assertThat(epochs.get(1).get("expires_in_seconds").asLong())
                .isCloseTo(
                        Duration.between(Instant.now(), SampleStore.TICKS_EXPIRE)
                                .toSeconds(),
                        within(600L));
        assertThat(epochs.get(1).get("packed_slabs")).isEqualTo(epochs.get(1).get("slabs"));
    }

    @Test
    void extentsAndSlabsAreListed() {
        JsonNode extents = json("extents", device());
        JsonNode slabs = json("slabs", device());
        JsonNode ofTicks = json("slabs", device(), "--epoch", Long.toString(store.ticksEpoch));

        int live = json("inspect", device()).get("slabs").asInt();
        assertThat(extents.get("extents"))
                .isNotEmpty()
                .allMatch(extent -> extent.get("damage").isNull());
        assertThat(slabs.get("slabs")).hasSize(live);
        assertThat(slabs.get("left_out").asLong()).isZero();
        assertThat(ofTicks.get("slabs"))
                .isNotEmpty()
                .allMatch(slab -> slab.get("packed").asBoolean());
        assertThat(json("slabs", device(), "--limit", "1").get("left_out").asInt())
                .isEqualTo(live - 1);
        assertThat(run("slabs", device(), "--limit", "1").out()).contains("--limit 0 prints all");
        assertThat(run("slabs", device(), "--dead").code()).isEqualTo(ExitCode.DONE);
        assertThat(run("extents", device()).out()).contains(Long.toString(store.ordersEpoch));
    }

    @Test
    void aSlabShowsTheHandlesOfItsObjects() {
        String first = json("trace", hex(store.orders.getFirst()), device())
                .get("slab")
                .get("id")
                .asText();

        JsonNode objects = json("slabs", device(), "--slab", first).get("objects");

        assertThat(objects.findValuesAsText("handle")).contains(hex(store.orders.getFirst()));
        assertThat(run("slabs", device(), "--slab", first).out()).contains(hex(store.orders.getFirst()));
    }

    @Test
    void aHandleIsFollowedToItsBytes() throws IOException {
        long handle = store.orders.get(7);
        JsonNode trace = json("trace", hex(handle), device());
        CommandRun text = run("trace", Long.toString(handle), device());

        assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.DONE);
        assertThat(text.out()).contains("verdict  live").contains("epoch    " + store.ordersEpoch + " \"orders\"");
        assertThat(trace.get("verdict").asText()).isEqualTo("live");
        long payload = trace.get("object").get("payload_offset").asLong();
        assertThat(text.out()).contains("at offset " + payload);
        Path block = home.resolve("block");
        CommandRun.of(
                home,
                "device",
                "read",
                device(),
                "--offset",
                Long.toString(payload / 4096 * 4096),
                "--output",
                block.toString());
        assertThat(new String(Files.readAllBytes(block), StandardCharsets.ISO_8859_1).substring((int) (payload % 4096)))
                .startsWith(new String(SampleStore.order(7), StandardCharsets.UTF_8));
    }

    @Test
    void handlesThatNameNothingSayWhy() {
        assertThat(json("trace", hex(store.freed), device()).get("verdict").asText())
                .isIn("stale", "not_on_device");
        assertThat(run("trace", "0", device()).out()).contains("no handle");
        assertThat(run("trace", "0xfffffffffffffffe", device()).out()).contains("never issued");
        assertThat(json("trace", "5", device()).get("reason").asText()).contains("compact");
    }

    @Test
    void anObjectsBytesAreDumped() throws IOException {
        Path output = home.resolve("output");
        long handle = store.ticks.get(9);

        assertThat(run("dump", "--handle", hex(handle), "--output", output.toString(), device())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(Files.readAllBytes(output)).isEqualTo(SampleStore.tick(9));
        assertThat(run("dump", "--handle", hex(handle), device()).out())
                .contains("74 69 63 6b")
                .contains("|tick 00009 xxxxx|");
        String slab = json("trace", hex(handle), device()).get("slab").get("id").asText();
        assertThat(run("dump", "--slab", slab, "--output", output.toString(), device())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(Files.size(output)).isEqualTo(4096);
        assertThat(run("dump", "--slab", slab, "--raw", device()).code()).isEqualTo(ExitCode.DONE);

        JsonNode object = json("dump", "--handle", hex(handle), device());
        assertThat(object.get("content").binaryValue()).isEqualTo(SampleStore.tick(9));
        assertThat(object.get("slab").isNull()).isTrue();
        assertThat(json("dump", "--slab", slab, device()).get("content").binaryValue())
                .isEqualTo(Files.readAllBytes(output));
    }

    @Test
    void aSoundStoreIsVerified() {
        CommandRun text = run("verify", device());

        assertThat(text.code()).as(text.out()).isEqualTo(ExitCode.DONE);
        assertThat(text.out()).contains("result   sound");
        JsonNode report = json("verify", device(), "--rate", "1GB/s");
        assertThat(report.get("sound").asBoolean()).isTrue();
        assertThat(report.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 1);
    }

    @Test
    void aByteFlippedByHandIsFoundAndNamedWithItsPlace() throws IOException {
        JsonNode slab = json("trace", hex(store.orders.get(3)), device()).get("slab");
        store.flipIn(SampleStore.order(3));

        CommandRun text = run("verify", device());
        JsonNode damages = json("verify", device()).get("damages");

        assertThat(text.code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(text.out())
                .contains("damaged  zone " + slab.get("zone") + ", offset " + slab.get("offset") + ": slab "
                        + slab.get("id") + " of epoch " + store.ordersEpoch)
                .contains("CRC32C")
                .contains("result   damaged: 1 slab with ");
        assertThat(damages).singleElement().satisfies(damage -> {
            assertThat(damage.get("what").asText()).isEqualTo("slab");
            assertThat(damage.get("slab")).isEqualTo(slab.get("id"));
            assertThat(damage.get("zone")).isEqualTo(slab.get("zone"));
            assertThat(damage.get("offset")).isEqualTo(slab.get("offset"));
            assertThat(damage.get("objects")).isEqualTo(slab.get("objects"));
        });
        CommandRun trace = run("trace", hex(store.orders.get(3)), device());
        assertThat(trace.code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(trace.out()).contains("verdict  damaged");
        String id = slab.get("id").asText();
        assertThat(run("dump", "--slab", id, device()).code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(run("dump", "--handle", hex(store.orders.get(3)), device()).code())
                .isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(run("dump", "--slab", id, "--unchecked", device()).out()).contains("order nu");
    }

    @Test
    void nothingIsWrittenAndAFileThatCannotBeWrittenIsEnough() throws IOException {
        Files.setPosixFilePermissions(store.device, PosixFilePermissions.fromString("r--r--r--"));
        byte[] before = Files.readAllBytes(store.device);

        for (String command : List.of("inspect", "epochs", "extents", "slabs", "verify")) {
            assertThat(run(command, device()).code()).as(command).isEqualTo(ExitCode.DONE);
        }

        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
    }

    @Test
    void aStoreIsInspectedBesideTheProgramThatHasItOpen() {
        try (SlabAllocator running = SampleStore.allocatorOn(FileZonedDevice.open(store.device))) {
            assertThat(running.free(store.orders.getFirst())).isTrue();
            running.sync().join();

            JsonNode report = json("inspect", device());
            assertThat(report.get("in_use").asBoolean()).isTrue();
            assertThat(report.get("closed_in_order").asBoolean()).isFalse();
            assertThat(report.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 2);
            assertThat(run("verify", device()).code()).isEqualTo(ExitCode.DONE);
            assertThat(run("trace", hex(store.orders.getFirst()), device()).out())
                    .contains("freed after its slab was demoted");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify --rate 0",
                "verify --rate fast",
                "verify --rate 10/s",
                "verify --rate 65536",
                "verify --rate 1KiB/s",
                "dump --slab 1 --json --raw",
                "verify --rate -5MiB/s",
                "trace",
                "trace 12x",
                "trace 0x",
                "trace 99999999999999999999",
                "extents --zone five",
                "extents --limit -1",
                "slabs --epoch x",
                "slabs --slab 1 --dead",
                "slabs --slab 99999999",
                "slabs --slab -1",
                "slabs --limit some",
                "dump",
                "dump --slab 1 --handle 2",
                "dump --slab 0",
                "dump --handle 2",
                "dump --handle 0x400803002 --unchecked",
                "inspect --what",
            })
    void badInputIsRefusedInOneLineWithTheCodeForUsage(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        boolean isHandle = words.getFirst().equals("trace");
        if (!isHandle || words.size() > 1) {
            words.add(device());
        }

        CommandRun refused = run(words.toArray(String[]::new));

        assertThat(refused.code()).as(refused.out() + refused.err()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).startsWith("zns-slab: ");
        assertThat(refused.err().lines().filter(line -> !line.startsWith("Try '")))
                .hasSize(1);
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void whatHoldsNoStoreIsRefused() throws IOException {
        Path text = Files.writeString(home.resolve("text"), "x".repeat(10_000));
        Path empty = home.resolve("empty");
        CommandRun.of(home, "device", "create", empty.toString());

        assertThat(run("inspect", text.toString()).code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(run("inspect", home.resolve("nothing").toString()).code()).isEqualTo(ExitCode.DEVICE_MISSING);
        CommandRun none = run("verify", empty.toString());
        assertThat(none.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(none.err()).contains("there is no store on device").hasLineCount(1);
        assertThat(run("extents", device(), "--zone", "16").code()).isEqualTo(ExitCode.ZONE_REFUSED);
        assertThat(run("dump", "--handle", hex(store.ticks.getFirst()), "--output", "/no/such/file", device())
                        .code())
                .isEqualTo(ExitCode.INPUT_UNUSABLE);
    }
}
