package io.znsslab.emulation.testing;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Calls our engine as a build tool would, and records what it reports. */
final class EngineRun implements TestExecutionListener {
    private final List<String> reports = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    static TestPlan discover(Class<?>... classes) {
        return launcher().discover(request(classes));
    }

    static EngineRun of(Class<?>... classes) {
        EngineRun run = new EngineRun();
        launcher().execute(request(classes), run);
        return run;
    }

    /**
     * In order: {@code started}, {@code registered} or {@code SUCCESSFUL}, {@code FAILED}, {@code ABORTED}, and the
     * test's name.
     */
    List<String> reports() {
        return reports;
    }

    List<Throwable> failures() {
        return failures;
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
        reports.add("registered " + test.getDisplayName());
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        reports.add("started " + test.getDisplayName());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        reports.add("skipped " + test.getDisplayName() + " " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        reports.add(result.getStatus() + " " + test.getDisplayName());
        result.getThrowable().ifPresent(failures::add);
    }

    private static Launcher launcher() {
        return LauncherFactory.create(LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                // The expected failures of these runs must not be printed like real ones.
                .addTestEngines(new ZonedKernelEngine(new PrintStream(OutputStream.nullOutputStream())))
                .build());
    }

    private static LauncherDiscoveryRequest request(Class<?>... classes) {
        LauncherDiscoveryRequestBuilder builder = LauncherDiscoveryRequestBuilder.request();
        for (Class<?> testClass : classes) {
            builder.selectors(DiscoverySelectors.selectClass(testClass));
        }
        return builder.build();
    }
}
