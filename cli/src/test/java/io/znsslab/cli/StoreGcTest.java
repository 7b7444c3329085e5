package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The collection of garbage on a device whose zones are half dead. */
class StoreGcTest {
    private static final int EPOCHS = 32;
    private static final int OBJECTS_OF_AN_EPOCH = 300;
    private static final int OBJECT_BYTES = 700;

    @TempDir
    private Path home;

    private Path device;

    private final Map<Long, String> kept = new LinkedHashMap<>();
    private final List<Long> dropped = new ArrayList<>();

    /** Epochs that stay and epochs that are dropped lie in each zone, one beside the other. */
    @BeforeEach
    void makeAStoreThatIsHalfDead() {
        device = home.resolve("device");
        FileZonedDevice file = FileZonedDevice.create(device, FileGeometry.of(1 << 20, 16));
        try (SlabAllocator store = SlabAllocator.builder()
                .limitBytes(16 << 20)
                .coldTier(ZnsTier.builder(file).parallelZones(1).open())
                .build()) {
            List<Long> toDrop = new ArrayList<>();
            for (int i = 0; i < EPOCHS; i++) {
                long epoch = store.currentEpoch();
                boolean stays = i % 2 == 0;
                for (int j = 0; j < OBJECTS_OF_AN_EPOCH; j++) {
                    String object = "object %d of epoch %d ".formatted(j, epoch).repeat(OBJECT_BYTES / 25);
                    long handle = store.allocateFrom(object.getBytes(StandardCharsets.UTF_8), epoch);
                    if (stays) {
                        kept.put(handle, object);
                    } else {
                        dropped.add(handle);
                    }
                }
                store.advanceEpoch();
                store.closeEpoch(epoch, Disposition.DEMOTE).join();
                if (!stays) {
                    toDrop.add(epoch);
                }
            }
            toDrop.forEach(epoch -> store.closeEpoch(epoch, Disposition.DISCARD).join());
        }
    }

    private CommandRun gc(String... options) {
        Stream<String> command = Stream.of("store", "gc", device.toString());
        return CommandRun.of(
                home, Stream.concat(command, Arrays.stream(options)).toArray(String[]::new));
    }

    private JsonNode collected(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--yes", "--json"));
        CommandRun run = gc(all.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        return JsonSchemas.requireValid("store-gc", run.out());
    }

    private long emptyZones() throws IOException {
        return CommandRun.of(home, "store", "inspect", device.toString(), "--json")
                .report()
                .at("/zones/empty")
                .asLong();
    }

    /** Each object that was kept is there with all its bytes, and none that was dropped. */
    private void assertThatNoObjectIsLost() {
        assertThat(CommandRun.of(home, "store", "verify", device.toString()).code())
                .isEqualTo(ExitCode.DONE);
        try (SlabAllocator store = SampleStore.allocatorOn(FileZonedDevice.open(device))) {
            kept.forEach((handle, object) -> assertThat(read(store, handle)).startsWith(object));
            assertThat(dropped).noneMatch(handle -> store.read(handle, _ -> {}));
            store.checkInvariants();
        }
    }

    private static String read(SlabAllocator store, long handle) {
        String[] text = new String[1];
        assertThat(store.read(
                        handle,
                        (MemorySegment payload) ->
                                text[0] = new String(payload.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)))
                .isTrue();
        return text[0];
    }

    @Test
    void halfDeadZonesAreFreedAndNoObjectIsLost() throws IOException {
        long emptyBefore = emptyZones();

        JsonNode report = collected();

        assertThat(report.get("device").asText()).isEqualTo(device.toString());
        assertThat(report.get("zones_collected").asLong()).isGreaterThanOrEqualTo(5);
        assertThat(report.get("slabs_moved").asLong()).isGreaterThanOrEqualTo(5 * 100);
        assertThat(report.get("empty_zones_before").asLong()).isEqualTo(emptyBefore);
        assertThat(report.get("empty_zones_after").asLong())
                .isGreaterThanOrEqualTo(emptyBefore + 3)
                .isEqualTo(emptyZones());
        assertThat(report.get("dead_slabs_before").asLong()).isGreaterThan(EPOCHS / 2 * 50);
        assertThat(report.get("dead_slabs_after").asLong())
                .isLessThan(report.get("dead_slabs_before").asLong() / 4);
        assertThatNoObjectIsLost();
    }

    @Test
    void zonesThatAreLessDeadThanWantedStayAsTheyAre() throws IOException {
        JsonNode report = collected("--dead", "90");

        assertThat(report.get("zones_collected").asLong()).isZero();
        assertThat(report.get("slabs_moved").asLong()).isZero();
        assertThat(report.get("dead_slabs_after")).isEqualTo(report.get("dead_slabs_before"));
        assertThatNoObjectIsLost();
    }

    @Test
    void peopleReadWhatWasDone() {
        CommandRun text = gc("--yes");

        assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.DONE);
        assertThat(text.out())
                .containsPattern("collected {4}\\d+ zones, \\d[\\d,]* live slabs moved\n")
                .containsPattern("dead slabs {3}\\d[\\d,]* before, \\d+ now\n")
                .containsPattern("empty zones  \\d+ before, \\d+ now\n")
                .hasLineCount(3);
        assertThat(text.err()).isEmpty();
    }

    @Test
    void withoutConfirmationNothingIsWritten() throws IOException {
        byte[] before = Files.readAllBytes(device);
        List<String> asked = new ArrayList<>();
        String[] command = {"store", "gc", device.toString()};

        CommandRun unasked = gc();
        CommandRun refused = CommandRun.answering(
                home,
                question -> {
                    asked.add(question);
                    return false;
                },
                command);

        assertThat(unasked.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(unasked.err())
                .startsWith("zns-slab: collecting garbage on " + device + " moves slabs of the store ")
                .endsWith("and resets zones; add --yes to do it\n")
                .hasLineCount(1);
        assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(asked).singleElement().asString().endsWith("Go on?");
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
        CommandRun agreed = CommandRun.answering(home, _ -> true, command);
        assertThat(agreed.code()).as(agreed.err()).isEqualTo(ExitCode.DONE);
        assertThatNoObjectIsLost();
    }

    @Test
    void aStoreInUseIsRefusedAndAnEmptyOneHasNothingToCollect() {
        try (SlabAllocator running = SampleStore.allocatorOn(FileZonedDevice.open(device))) {
            CommandRun refused = gc("--yes");

            assertThat(running.epochs()).isNotEmpty();
            assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
            assertThat(refused.err()).contains("open already").hasLineCount(1);
        }
        CommandRun.of(home, "device", "format", device.toString(), "--yes");
        assertThat(collected().get("zones_collected").asLong()).isZero();
    }

    /** The store's own shape counts: with slabs of another size it could not even be opened. */
    @Test
    void settingsAreAppliedAndTheShapeStaysThatOfTheStore() {
        assertThat(collected("--set", "tier.parallel-zones=2", "--set", "allocator.slab-size=64KiB")
                        .get("zones_collected")
                        .asLong())
                .isPositive();
        assertThatNoObjectIsLost();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tier.read-depth=0", "tier.red-depth=1", "allocator.limit=much", "tier.write-size"})
    void aBadSettingIsAUsageErrorBeforeAnythingIsWritten(String setting) throws IOException {
        byte[] before = Files.readAllBytes(device);

        CommandRun refused = gc("--yes", "--set", setting);

        assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err().lines().filter(line -> !line.startsWith("Try '")))
                .hasSize(1);
        assertThat(Files.readAllBytes(device)).isEqualTo(before);
    }
}
