package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store's way to another device. */
class StoreTransferTest {
    @TempDir
    private Path home;

    private SampleStore store;
    private String export;
    private String other;

    @BeforeEach
    void makeAStore() {
        store = SampleStore.make(home.resolve("device"));
        export = home.resolve("export").toString();
        other = home.resolve("other").toString();
        CommandRun.of(home, "device", "create", other, "--zones", "24", "--zone-size", "2M");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(
                home,
                Stream.concat(Stream.of("store"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private void assertDone(CommandRun run) {
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(ExitCode.DONE);
    }

    private byte[] dumped(String handle, String device) throws IOException {
        Path output = home.resolve("output");
        assertDone(run("dump", "--handle", handle, "--output", output.toString(), device));
        return Files.readAllBytes(output);
    }

    @Test
    void anExportIntoAnEmptyDeviceKeepsAllHandles() throws IOException {
        CommandRun exported = run("export", export, store.device.toString());
        assertDone(exported);
        assertThat(exported.out()).contains("exported 2 epochs");

        CommandRun imported = run("import", export, other);

        assertDone(imported);
        assertThat(imported.out()).contains("handles  are the same as before");
        for (int i = 0; i < SampleStore.OBJECTS; i += 19) {
            assertThat(dumped("0x" + Long.toHexString(store.orders.get(i)), other))
                    .startsWith(SampleStore.order(i));
            assertThat(dumped(Long.toUnsignedString(store.ticks.get(i)), other)).isEqualTo(SampleStore.tick(i));
        }
        assertDone(run("verify", other));
        assertThat(run("epochs", other).out()).contains("orders").contains("ticks");
    }

    @Test
    void oneEpochGoesIntoAStoreThatHoldsSomethingAsCopies() throws IOException {
        assertDone(run("export", "--epoch", Long.toString(store.ticksEpoch), export, store.device.toString()));
        SampleStore.make(home.resolve("third"));
        String third = home.resolve("third").toString();
        Path map = home.resolve("map");

        CommandRun imported = run("import", "--map", map.toString(), export, third);

        assertDone(imported);
        assertThat(imported.out()).contains("handles  are new: see " + map);
        List<String> lines = Files.readAllLines(map);
        assertThat(lines).hasSize(SampleStore.OBJECTS);
        String[] moved = lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(pair -> Long.decode(pair[0]).equals(store.ticks.get(11)))
                .findFirst()
                .orElseThrow();
        assertThat(dumped(moved[1], third)).startsWith(SampleStore.tick(11));

        CommandRun again = run("import", export, third);
        assertDone(again);
        assertThat(again.out()).hasLineCount(SampleStore.OBJECTS);
        assertThat(again.err()).contains("handles  are new");
    }

    @Test
    void bothAreReportedAsTheirSchemasSay() {
        JsonNode exported = JsonSchemas.requireValid(
                "store-export",
                run("export", "--json", export, store.device.toString()).out());
        JsonNode kept = JsonSchemas.requireValid(
                "store-import", run("import", "--json", export, other).out());
        JsonNode copied = JsonSchemas.requireValid(
                "store-import", run("import", "--json", export, other).out());

        assertThat(exported.get("objects").asInt()).isEqualTo(2 * SampleStore.OBJECTS - 1);
        assertThat(kept.get("handles_kept").asBoolean()).isTrue();
        assertThat(kept.get("handles")).isEmpty();
        assertThat(copied.get("handles_kept").asBoolean()).isFalse();
        assertThat(copied.get("handles")).hasSize(2 * SampleStore.OBJECTS - 1);
    }

    @Test
    void aDamagedExportIsRefusedAndADamagedStoreIsNotExported() throws IOException {
        assertDone(run("export", export, store.device.toString()));
        byte[] bytes = Files.readAllBytes(Path.of(export));
        bytes[bytes.length / 2] ^= 1;
        Files.write(Path.of(export), bytes);

        CommandRun refused = run("import", export, other);

        assertThat(refused.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(refused.err()).contains("damaged").hasLineCount(1);
        store.flipIn(SampleStore.order(2));
        Path second = home.resolve("second");
        CommandRun corrupt = run("export", second.toString(), store.device.toString());
        assertThat(corrupt.code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(second).doesNotExist();
        CommandRun skipped = run("export", "--skip-damaged", second.toString(), store.device.toString());
        assertThat(skipped.code()).isEqualTo(ExitCode.DATA_CORRUPT);
        assertThat(skipped.out()).contains("left out 1 damaged slab");
        assertDone(run("import", second.toString(), other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2 export",
                "2 export --epoch x FILE DEVICE",
                "2 export --epoch 4711 FILE DEVICE",
                "2 export --json - DEVICE",
                "4 export DEVICE DEVICE",
                "4 export /no/such/folder/file DEVICE",
                "5 export FILE /no/such/device",
                "2 import",
                "4 import /no/such/file DEVICE",
                "4 import DEVICE OTHER",
                "5 import DEVICE /no/such/device",
                "2 import --set tier.read-depth=0 DEVICE OTHER",
                "2 gc --dead 0 DEVICE",
                "2 gc --dead 101 DEVICE",
                "2 gc --dead some DEVICE",
                "5 gc /no/such/device",
            })
    void badInputIsRefusedInOneLine(String line) {
        String[] words = Arrays.stream(line.split(" "))
                .map(word -> word.equals("FILE") ? export : word)
                .map(word -> word.equals("DEVICE") ? store.device.toString() : word)
                .map(word -> word.equals("OTHER") ? other : word)
                .toArray(String[]::new);

        CommandRun refused = run(Arrays.copyOfRange(words, 1, words.length));

        assertThat(refused.status()).as(refused.out() + refused.err()).isEqualTo(Integer.parseInt(words[0]));
        assertThat(refused.err().lines().filter(text -> !text.startsWith("Try '")))
                .hasSize(1);
        assertThat(Path.of(export)).doesNotExist();
    }
}
