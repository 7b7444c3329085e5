package io.znsslab.emulation.testing;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Turns Jupiter's reports into events. */
final class EventRecorder implements TestExecutionListener {
    private final Consumer<TestEvent> events;

    EventRecorder(Consumer<TestEvent> events) {
        this.events = events;
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
        Optional<TestSource> source = test.getSource();
        String className = "";
        String methodName = "";
        String methodParameters = "";
        if (source.orElse(null) instanceof MethodSource method) {
            className = method.getClassName();
            methodName = method.getMethodName();
            methodParameters = method.getMethodParameterTypes();
        } else if (source.orElse(null) instanceof ClassSource type) {
            className = type.getClassName();
        }
        events.accept(new TestEvent.Registered(
                test.getUniqueId(),
                test.getParentId().orElseThrow(),
                test.isContainer(),
                test.getDisplayName(),
                test.getLegacyReportingName(),
                className,
                methodName,
                methodParameters == null ? "" : methodParameters));
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        events.accept(new TestEvent.Started(test.getUniqueId()));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        events.accept(new TestEvent.Skipped(test.getUniqueId(), reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        events.accept(new TestEvent.Finished(test.getUniqueId(), result));
    }
}
