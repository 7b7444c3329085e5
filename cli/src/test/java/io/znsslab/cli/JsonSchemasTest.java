package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The schemas themselves, and that every command with {@code --json} has one. */
class JsonSchemasTest {
    @TempDir
    private Path home;

    static List<String> schemas() throws IOException {
        Path folder = Repository.root().resolve("cli/src/main/resources/io/znsslab/cli/schema");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replace(".schema.json", ""))
                    .sorted()
                    .toList();
        }
    }

    /** The words of each command with {@code --json}, with dashes. */
    private static List<String> commandsWithJson() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80);
        List<String> names = new ArrayList<>();
        collect(CommandTree.of(new Session(Map.of(), terminal)), "", names);
        return names.stream().sorted().toList();
    }

    private static void collect(CommandLine command, String words, List<String> names) {
        if (command.getCommandSpec().findOption("--json") != null) {
            names.add(words);
        }
        command.getSubcommands()
                .forEach((name, subcommand) -> collect(subcommand, words.isEmpty() ? name : words + "-" + name, names));
    }

    @Test
    void everyCommandThatPrintsJsonHasItsSchema() throws IOException {
        assertThat(schemas()).containsExactlyElementsOf(commandsWithJson());
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void aSchemaIsClosedAndDescribesEveryField(String name) {
        JsonNode schema = JsonSchemas.requireSchema(name);

        assertThat(schema.get("$schema").asText()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        List<String> faults = new ArrayList<>();
        look(schema, schema, "", faults);
        assertThat(faults).isEmpty();
    }

    private static void look(JsonNode schema, JsonNode node, String place, List<String> faults) {
        JsonNode properties = node.get("properties");
        if (properties != null) {
            if (!node.path("additionalProperties").isBoolean()
                    || node.get("additionalProperties").asBoolean()) {
                faults.add(place + " allows more properties");
            }
            properties.properties().forEach(property -> {
                JsonNode target = property.getValue();
                if (target.has("$ref")) {
                    target = schema.at(target.get("$ref").asText().substring(1));
                }
                if (!target.hasNonNull("description")) {
                    faults.add(place + "/" + property.getKey() + " has no description");
                }
            });
        }
        node.properties().forEach(child -> look(schema, child.getValue(), place + "/" + child.getKey(), faults));
    }

    @Test
    void aDocumentThatHasAFieldTooManyOrTooFewIsRefused() {
        String levels = "{\"levels\": [], \"comparisons\": []}";
        String more = levels.replace("}", ", \"more\": 1}");

        assertThat(JsonSchemas.requireValid("bench-scale", levels).get("levels"))
                .isEmpty();
        assertThatThrownBy(() -> JsonSchemas.requireValid("bench-scale", "{}")).hasMessageContaining("levels");
        assertThatThrownBy(() -> JsonSchemas.requireValid("bench-scale", more)).hasMessageContaining("more");
    }

    @Test
    void aDeviceIsPrintedAsItsSchemasSay() {
        String device = home.resolve("device").toString();
        CommandRun.of(home, "device", "create", device, "--zones", "8", "--conventional", "1");

        JsonSchemas.requireValid("device-info", printed("device", "info", device, "--json"));
        JsonSchemas.requireValid("device-zones", printed("device", "zones", device, "--json"));
    }

    @Test
    void aDemoIsPrintedAsItsSchemaSaysWithGeneratedObjectsAndWithAFile() throws IOException {
        Path input = Files.writeString(home.resolve("input"), "one line\nand another\n");

        JsonSchemas.requireValid(
                "demo-tiering",
                printed("demo", "tiering", "--device", "file", "--objects", "1000", "--epochs", "8", "--json"));
        JsonSchemas.requireValid(
                "demo-tiering",
                printed("demo", "tiering", "--device", "file", "--input", input.toString(), "--epochs", "2", "--json"));
    }

    private String printed(String... arguments) {
        CommandRun run = CommandRun.of(home, arguments);
        assertThat(run.status()).as(run.err()).isZero();
        return run.out();
    }
}
