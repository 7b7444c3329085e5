package io.znsslab.emulation.testing;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;

/**
 * Reports events to the caller of our engine, and prints each finished test with its time. Knows at the end which tests
 * did not finish. Thread-safe.
 */
final class EventReplay {
    private final EngineExecutionListener listener;
    private final TestDescriptor engine;
    private final PrintStream out;
    private final Map<String, MirroredTest> tests = new HashMap<>();
    private final Map<MirroredTest, Long> startedNanos = new HashMap<>();
    private final Set<MirroredTest> ended = new HashSet<>();
    private Throwable jupitersFailure;

    EventReplay(EngineExecutionListener listener, TestDescriptor engine, PrintStream out) {
        this.listener = listener;
        this.engine = engine;
        this.out = out;
        engine.getDescendants().forEach(test -> add((MirroredTest) test));
    }

    synchronized void accept(TestEvent event) {
        switch (event) {
            case TestEvent.Begun(String kernel) -> out.println("Device tests run on " + kernel);
            case TestEvent.Registered registered -> register(registered);
            case TestEvent.Started(String id) -> find(id).ifPresent(this::start);
            case TestEvent.Skipped(String id, String reason) -> find(id).ifPresent(test -> skip(test, reason));
            case TestEvent.Finished(String id, TestExecutionResult result) ->
                find(id).ifPresentOrElse(
                                test -> finish(test, result),
                                () -> jupitersFailure = result.getThrowable().orElse(null));
        }
    }

    /** A failure of Jupiter itself, outside any test. */
    synchronized Optional<Throwable> jupitersFailure() {
        return Optional.ofNullable(jupitersFailure);
    }

    /**
     * Fails every test that has not ended, in the order of the tests; the first with the reason, each other one with a
     * reference to the first.
     *
     * @return whether there was any
     */
    synchronized boolean failTheUnfinished(Throwable reason) {
        List<String> failed = new ArrayList<>();
        List.copyOf(engine.getChildren()).forEach(test -> failTheUnfinished((MirroredTest) test, reason, failed));
        return !failed.isEmpty();
    }

    private void failTheUnfinished(MirroredTest test, Throwable reason, List<String> failed) {
        if (ended.contains(test)) {
            return;
        }
        if (!startedNanos.containsKey(test)) {
            start(test);
        }
        List.copyOf(test.getChildren()).forEach(child -> failTheUnfinished((MirroredTest) child, reason, failed));
        if (!test.mayRegisterTests()) {
            finish(test, TestExecutionResult.successful());
            return;
        }
        Throwable own = failed.isEmpty()
                ? reason
                : new AssertionError("Did not finish; for the reason see " + failed.getFirst());
        failed.add(nameOf(test));
        finish(test, TestExecutionResult.failed(own));
    }

    /** Empty for Jupiter's own root, which is not among our tests. */
    private Optional<MirroredTest> find(String id) {
        return Optional.ofNullable(tests.get(id));
    }

    private void add(MirroredTest test) {
        tests.put(test.jupiterId(), test);
    }

    private void register(TestEvent.Registered registered) {
        MirroredTest test = MirroredTest.of(registered, engine.getUniqueId());
        tests.get(registered.parentId()).addChild(test);
        add(test);
        listener.dynamicTestRegistered(test);
    }

    private void start(MirroredTest test) {
        startedNanos.put(test, System.nanoTime());
        listener.executionStarted(test);
    }

    private void skip(MirroredTest test, String reason) {
        ended.add(test);
        out.println("  skipped             " + nameOf(test) + ": " + reason);
        listener.executionSkipped(test, reason);
    }

    private void finish(MirroredTest test, TestExecutionResult result) {
        ended.add(test);
        if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            double seconds = (System.nanoTime() - startedNanos.get(test)) / 1e9;
            out.printf("  %-10s %7.3f s  %s%n", word(result), seconds, nameOf(test));
        }
        listener.executionFinished(test, result);
    }

    private static String word(TestExecutionResult result) {
        return switch (result.getStatus()) {
            case SUCCESSFUL -> "passed";
            case ABORTED -> "aborted";
            case FAILED -> "FAILED";
        };
    }

    /** Class and method as a reader would look for them, and the part that tells invocations of one method apart. */
    private static String nameOf(TestDescriptor test) {
        return switch (test.getSource().orElse(null)) {
            case MethodSource method -> {
                String name = simpleName(method.getClassName()) + "." + method.getMethodName();
                boolean plain = test.getDisplayName().startsWith(method.getMethodName());
                yield plain ? name : name + " " + test.getDisplayName();
            }
            case ClassSource type -> simpleName(type.getClassName());
            case null, default -> test.getDisplayName();
        };
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
