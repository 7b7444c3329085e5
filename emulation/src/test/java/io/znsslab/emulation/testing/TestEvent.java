package io.znsslab.emulation.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;

/** An event of a test, sent from one JVM to another as one line. The id is Jupiter's unique id. */
sealed interface TestEvent {
    /** The kernel that the tests run on is about to run them. */
    record Begun(String kernel) implements TestEvent {}

    /** A test that was not discovered beforehand, such as one invocation of a parameterized test. */
    record Registered(
            String id,
            String parentId,
            boolean container,
            String displayName,
            String legacyName,
            String className,
            String methodName,
            String methodParameters)
            implements TestEvent {}

    record Started(String id) implements TestEvent {}

    record Skipped(String id, String reason) implements TestEvent {}

    record Finished(String id, TestExecutionResult result) implements TestEvent {}

    /** The event as a line: its kind and its fields, each in Base64 so that no character of a name needs care. */
    default String toLine() {
        return switch (this) {
            case Begun(String kernel) -> line("begun", kernel);
            case Registered(
                    String id,
                    String parentId,
                    boolean container,
                    String displayName,
                    String legacyName,
                    String className,
                    String methodName,
                    String methodParameters) ->
                line(
                        "registered",
                        id,
                        parentId,
                        Boolean.toString(container),
                        displayName,
                        legacyName,
                        className,
                        methodName,
                        methodParameters);
            case Started(String id) -> line("started", id);
            case Skipped(String id, String reason) -> line("skipped", id, reason);
            case Finished(String id, TestExecutionResult result) ->
                line(
                        "finished",
                        id,
                        result.getStatus().name(),
                        result.getThrowable().map(PortableFailure::encode).orElse(""));
        };
    }

    /** The reverse of {@link #toLine}. */
    static TestEvent ofLine(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(" ", -1)) {
            fields.add(new String(Base64.getDecoder().decode(field), StandardCharsets.UTF_8));
        }
        return switch (fields.getFirst()) {
            case "begun" -> new Begun(fields.get(1));
            case "registered" ->
                new Registered(
                        fields.get(1),
                        fields.get(2),
                        Boolean.parseBoolean(fields.get(3)),
                        fields.get(4),
                        fields.get(5),
                        fields.get(6),
                        fields.get(7),
                        fields.get(8));
            case "started" -> new Started(fields.get(1));
            case "skipped" -> new Skipped(fields.get(1), fields.get(2));
            case "finished" -> new Finished(fields.get(1), result(fields.get(2), fields.get(3)));
            default -> throw new IllegalArgumentException("Not a test event: " + fields);
        };
    }

    private static TestExecutionResult result(String status, String failure) {
        Throwable throwable = failure.isEmpty() ? null : PortableFailure.decode(failure);
        return switch (TestExecutionResult.Status.valueOf(status)) {
            case SUCCESSFUL -> TestExecutionResult.successful();
            case ABORTED -> TestExecutionResult.aborted(throwable);
            case FAILED -> TestExecutionResult.failed(throwable);
        };
    }

    private static String line(String... fields) {
        List<String> encoded = new ArrayList<>();
        for (String field : fields) {
            encoded.add(Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)));
        }
        return String.join(" ", encoded);
    }
}
