package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The documented schemas of what commands print with {@code --json}. A command's schema has the words of the command
 * with dashes as its name: {@code device-info} is {@code io/znsslab/cli/schema/device-info.schema.json}.
 */
public final class JsonSchemas {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> READ = new ConcurrentHashMap<>();

    private JsonSchemas() {}

    /** Asserts that the text is one document that obeys the schema, and returns the document. */
    public static JsonNode requireValid(String schema, String json) {
        assertThat(READ.computeIfAbsent(schema, name -> REGISTRY.getSchema(text(name)))
                        .validate(json, InputFormat.JSON))
                .as("%s as the schema %s wants it", json, schema)
                .isEmpty();
        return parse(json);
    }

    /** The text of a schema. */
    static String text(String schema) {
        String name = "schema/" + schema + ".schema.json";
        try (InputStream resource = CommandTree.class.getResourceAsStream(name)) {
            assertThat(resource).as("the resource io/znsslab/cli/%s", name).isNotNull();
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that the text is a schema of the version that is used here, and returns it as a document. */
    static JsonNode requireSchema(String schema) {
        String text = text(schema);
        assertThat(REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                        .validate(text, InputFormat.JSON))
                .as("schema %s", schema)
                .isEmpty();
        return parse(text);
    }

    private static JsonNode parse(String json) {
        try {
            return JsonMapper.builder().build().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
