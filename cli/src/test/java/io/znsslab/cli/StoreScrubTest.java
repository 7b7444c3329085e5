package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged in a device file by hand is mended by the command, or told, and nothing is lost by it. */
class StoreScrubTest {
    private static final int BLOCK = 4096;
    private static final long ZONE_BYTES = 1 << 20;

    @TempDir
    private Path home;

    private SampleStore store;

    @BeforeEach
    void makeAStore() {
        store = SampleStore.make(home.resolve("device"));
    }

    private CommandRun run(String command, String... options) {
        Stream<String> words = Stream.of("store", command, store.device.toString());
        return CommandRun.of(home, Stream.concat(words, Arrays.stream(options)).toArray(String[]::new));
    }

    private JsonNode json(String command, ExitCode code, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--json");
        CommandRun run = run(command, all.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        return JsonSchemas.requireValid("store-" + command, run.out());
    }

    /** Flips a bit of the block that is at a device offset, in the file. */
    private void damage(long offset) throws IOException {
        byte[] block;
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = ZonedDevice.openReadOnly(store.device)) {
            MemorySegment buffer = arena.allocate(BLOCK, BLOCK);
            device.read(offset, buffer);
            block = buffer.toArray(ValueLayout.JAVA_BYTE);
        }
        store.flipIn(block);
    }

    private long damageASummary() throws IOException {
        JsonNode extent = json("extents", ExitCode.DONE).get("extents").get(0);
        damage(extent.get("summary_offset").asLong());
        return extent.get("zone").asLong();
    }

    /** The log's region that counts. */
    private JsonNode log() {
        for (JsonNode region : json("inspect", ExitCode.DONE).get("log")) {
            if (region.get("state").asText().equals("counting")) {
                return region;
            }
        }
        throw new AssertionError("no region of the log counts");
    }

    private long startOfLog() {
        return log().get("zones").get(0).asLong() * ZONE_BYTES;
    }

    private void assertThatAllObjectsAreThere() {
        try (SlabAllocator allocator = SampleStore.allocatorOn(FileZonedDevice.open(store.device))) {
            for (int i = 0; i < store.orders.size(); i++) {
                assertThat(read(allocator, store.orders.get(i))).startsWith(SampleStore.order(i));
            }
            for (int i = 0; i < store.ticks.size(); i++) {
                assertThat(read(allocator, store.ticks.get(i))).startsWith(SampleStore.tick(i));
            }
        }
    }

    private static byte[] read(SlabAllocator allocator, long handle) {
        byte[][] bytes = new byte[1][];
        assertThat(allocator.read(handle, (MemorySegment payload) -> bytes[0] = payload.toArray(ValueLayout.JAVA_BYTE)))
                .isTrue();
        return bytes[0];
    }

    @Test
    void aSoundStoreIsLeftAsItIsAndNobodyIsAsked() throws IOException {
        byte[] before = Files.readAllBytes(store.device);

        CommandRun text = run("scrub");
        JsonNode report = json("scrub", ExitCode.DONE, "--rate", "1GB/s");

        assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.DONE);
        assertThat(text.out()).contains("result   sound: ").contains("nothing to mend");
        assertThat(text.err()).isEmpty();
        assertThat(report.get("sound").asBoolean()).isTrue();
        assertThat(report.get("mending").isNull()).isTrue();
        assertThat(report.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 1);
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
    }

    @Test
    void aZoneWithADamagedSummaryIsEmptiedAndADamagedLogWrittenAnew() throws IOException {
        long zone = damageASummary();
        damage(startOfLog());
        damage(zone * ZONE_BYTES);

        CommandRun text = run("scrub", "--yes");

        assertThat(text.code()).as(text.out() + text.err()).isEqualTo(ExitCode.DONE);
        assertThat(text.out())
                .contains("damaged  zone " + zone + ", offset ")
                .contains("the summary of an extent, without loss of objects")
                .containsPattern("mended   zone " + zone + ": \\d+ slabs moved elsewhere, nothing of the store is left")
                .contains("mended   the log is written anew")
                .contains("result   mended: nothing is lost");
        assertThat(run("verify").out()).contains("result   sound");
        assertThat(json("scrub", ExitCode.DONE).get("mending").isNull()).isTrue();
        assertThatAllObjectsAreThere();
    }

    @Test
    void programsReadWhatWasMendedAndWhatWasNot() throws IOException {
        JsonNode slab = CommandRun.of(
                        home, "store", "trace", Long.toString(store.orders.get(3)), store.device.toString(), "--json")
                .report()
                .get("slab");
        long zone = slab.get("zone").asLong();
        long summary = slab.get("summary_offset").asLong();
        long slabsOfZone = json("slabs", ExitCode.DONE).get("slabs").findValues("zone").stream()
                .filter(of -> of.asLong() == zone)
                .count();
        store.flipIn(SampleStore.order(3));
        damage(summary);

        JsonNode report = json("scrub", ExitCode.DATA_CORRUPT, "--yes", "--set", "tier.read-depth=16");

        assertThat(report.get("sound").asBoolean()).isFalse();
        assertThat(report.get("damaged_slabs").asInt()).isEqualTo(1);
        assertThat(report.get("damages"))
                .hasSize(2)
                .allSatisfy(
                        damage -> assertThat(damage.get("mended").asBoolean()).isFalse());
        JsonNode mending = report.get("mending");
        assertThat(mending.get("log_rewritten").asBoolean()).isFalse();
        assertThat(mending.get("slabs_moved").asLong()).isEqualTo(slabsOfZone - 1);
        assertThat(mending.get("zones")).singleElement().satisfies(left -> {
            assertThat(left.get("zone").asLong()).isEqualTo(zone);
            assertThat(left.get("outcome").asText()).isEqualTo("unreadable");
            assertThat(left.get("slabs_left").asInt()).isEqualTo(1);
            assertThat(left.get("reason").asText()).contains("CRC32C");
        });
        // The lost slab is where it was, and told again.
        JsonNode again = json("verify", ExitCode.DATA_CORRUPT).get("damages");
        assertThat(again.findValuesAsText("slab")).contains(slab.get("id").asText());
        assertThat(again.findValuesAsText("offset")).contains(slab.get("offset").asText());
        CommandRun text = run("scrub", "--yes");
        assertThat(text.out())
                .contains("left     zone " + zone + ": 0 slabs moved elsewhere, 1 left in it: ")
                .contains("result   damaged: 1 slab with ")
                .contains("; not mended: 1 place");
        try (SlabAllocator allocator = SampleStore.allocatorOn(FileZonedDevice.open(store.device))) {
            assertThatThrownBy(() -> read(allocator, store.orders.get(3))).isInstanceOf(CorruptSlabException.class);
            assertThat(read(allocator, store.ticks.get(5))).startsWith(SampleStore.tick(5));
        }
    }

    @Test
    void whereOnlySlabsAreLostNothingIsWritten() throws IOException {
        store.flipIn(SampleStore.order(3));
        byte[] before = Files.readAllBytes(store.device);

        CommandRun text = run("scrub");

        assertThat(text.code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(text.out()).contains("result   damaged: 1 slab with ");
        assertThat(json("scrub", ExitCode.DATA_CORRUPT, "--yes").get("mending").isNull())
                .isTrue();
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
    }

    @Test
    void withoutConfirmationNothingIsWrittenAndWhatWasFoundIsPrinted() throws IOException {
        long zone = damageASummary();
        byte[] before = Files.readAllBytes(store.device);
        List<String> asked = new ArrayList<>();
        String[] command = {"store", "scrub", store.device.toString()};

        CommandRun unasked = run("scrub");
        CommandRun refused = CommandRun.answering(
                home,
                question -> {
                    asked.add(question);
                    return false;
                },
                command);
        JsonNode report = json("scrub", ExitCode.DEVICE_REFUSED);

        assertThat(unasked.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(unasked.out()).contains("damaged  zone " + zone + ", offset ");
        assertThat(unasked.err())
                .startsWith("zns-slab: mending the store ")
                .containsPattern(" moves \\d+ slabs out of 1 zone; add --yes to do it\n$")
                .hasLineCount(1);
        assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(asked).singleElement().asString().endsWith("Go on?");
        assertThat(report.get("damages")).hasSize(1);
        assertThat(report.get("mending").isNull()).isTrue();
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
        CommandRun agreed = CommandRun.answering(home, _ -> true, command);
        assertThat(agreed.code()).as(agreed.err()).isEqualTo(ExitCode.DONE);
        assertThatAllObjectsAreThere();
    }

    /** Both copies of the block before the last one: what the last group says is gone, and the slabs are known. */
    @Test
    void aStoreThatHasLostSomethingIsMendedOnlyWhereThatIsGivenUp() throws IOException {
        damageASummary();
        long end = startOfLog() + log().get("written_bytes").asLong();
        damage(end - 4 * BLOCK);
        damage(end - 3 * BLOCK);
        byte[] before = Files.readAllBytes(store.device);

        CommandRun refused = run("scrub", "--yes");

        assertThat(refused.code()).as(refused.out()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(refused.out()).contains("lost     zone ").contains("result   damaged: ");
        assertThat(refused.err()).contains("--set tier.on-errors=continue").hasLineCount(1);
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
        JsonNode report = json("scrub", ExitCode.DATA_CORRUPT, "--yes", "--set", "tier.on-errors=continue");
        assertThat(report.get("losses")).isNotEmpty();
        assertThat(report.get("damages"))
                .isNotEmpty()
                .allSatisfy(
                        damage -> assertThat(damage.get("mended").asBoolean()).isTrue());
        assertThat(run("verify").code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void anEmptyStoreAndOneInUseAreNotMended() {
        try (SlabAllocator running = SampleStore.allocatorOn(FileZonedDevice.open(store.device))) {
            CommandRun refused = run("scrub", "--yes");

            assertThat(running.epochs()).isNotEmpty();
            assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
            assertThat(refused.err()).contains("open already").hasLineCount(1);
            assertThat(refused.out()).isEmpty();
        }
        CommandRun.of(home, "device", "format", store.device.toString(), "--yes");
        assertThat(json("scrub", ExitCode.DONE).get("slabs").asInt()).isZero();
    }

    @Test
    void theLogOfAStoreThatNeverHeldASlabIsMended() throws IOException {
        CommandRun.of(home, "device", "format", store.device.toString(), "--yes");
        damage(startOfLog());

        JsonNode report = json("scrub", ExitCode.DONE, "--yes");

        assertThat(report.get("mending").get("log_rewritten").asBoolean()).isTrue();
        assertThat(run("verify").code()).isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rate 0",
                "--rate fast",
                "--rate 65536",
                "--rate -5MiB/s",
                "--rate",
                "--set tier.read-depth=0",
                "--set tier.red-depth=1",
                "--set tier.on-errors=perhaps",
                "--mend",
                "another",
            })
    void badInputIsRefusedInOneLineBeforeAnythingIsRead(String options) throws IOException {
        byte[] before = Files.readAllBytes(store.device);

        CommandRun refused = run("scrub", ("--yes " + options).split(" "));

        assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).startsWith("zns-slab: ");
        assertThat(refused.err().lines().filter(line -> !line.startsWith("Try '")))
                .hasSize(1);
        assertThat(refused.out()).isEmpty();
        assertThat(Files.readAllBytes(store.device)).isEqualTo(before);
    }

    @Test
    void whatHoldsNoStoreIsRefused() {
        Path empty = home.resolve("empty");
        CommandRun.of(home, "device", "create", empty.toString());

        CommandRun none = CommandRun.of(home, "store", "scrub", empty.toString());
        CommandRun missing =
                CommandRun.of(home, "store", "scrub", home.resolve("nothing").toString());

        assertThat(none.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(none.err()).contains("there is no store on device").hasLineCount(1);
        assertThat(missing.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(missing.err()).hasLineCount(1);
    }
}
