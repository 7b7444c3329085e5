package io.znsslab.cli.terminal;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.TransferSizes;
import io.znsslab.tier.device.ZoneLimits;
import java.io.PrintWriter;

/**
 * Reports for programs: a record's components in the order of their declaration, in snake case, one document, a newline
 * at its end.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .addMixIn(DeviceGeometry.class, FlatGeometry.class)
            .build();

    /** Keeps the names that reports have for the parts of a geometry on one level. */
    @SuppressWarnings("UnusedMethod") // Jackson reads the annotations.
    private interface FlatGeometry {
        @JsonUnwrapped
        ZoneLimits limits();

        @JsonUnwrapped
        TransferSizes transfers();
    }

    private Json() {}

    /** Prints the record. */
    public static void print(PrintWriter out, Record report) {
        out.println(text(report));
        out.flush();
    }

    /** The record as a JSON document on one line, without a newline at its end. */
    public static String line(Record report) {
        try {
            return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + report.getClass() + " as JSON", e);
        }
    }

    /**
     * A record from a document that {@link #line} or {@link #text} made of one.
     *
     * @throws IllegalArgumentException if the document is none of that record
     */
    public static <T extends Record> T read(String document, Class<T> type) {
        try {
            return MAPPER.readValue(document, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no " + type.getSimpleName() + ": " + document, e);
        }
    }

    /** The record as a JSON document, without a newline at its end. */
    public static String text(Record report) {
        try {
            return MAPPER.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + report.getClass() + " as JSON", e);
        }
    }
}
