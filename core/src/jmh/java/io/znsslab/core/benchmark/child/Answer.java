package io.znsslab.core.benchmark.child;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;

/** The result of a measurement: a record as a JSON file. */
public final class Answer {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Answer() {}

    /** Writes the file, in the child. */
    public static void write(Path file, Object answer) throws IOException {
        JSON.writeValue(file.toFile(), answer);
    }

    /** Reads the file, in the parent. */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return JSON.readValue(file.toFile(), type);
    }
}
