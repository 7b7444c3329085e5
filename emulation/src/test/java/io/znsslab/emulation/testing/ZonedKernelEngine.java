package io.znsslab.emulation.testing;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.DiscoveryFilter;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * JUnit's entry to this package: finds the classes annotated with {@link ZonedKernelTest} and runs all tests of a
 * request in one kernel.
 */
public final class ZonedKernelEngine implements TestEngine {
    static final String ID = "zoned-kernel";

    private static final String JUPITER = "junit-jupiter";

    private final PrintStream out;

    /** Called by JUnit's service loader. */
    public ZonedKernelEngine() {
        this(System.out);
    }

    ZonedKernelEngine(PrintStream out) {
        this.out = out;
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId uniqueId) {
        EngineDescriptor engine = new EngineDescriptor(uniqueId, "Zoned kernel");
        List<DiscoverySelector> selectors = request.getSelectorsByType(DiscoverySelector.class).stream()
                .flatMap(ZonedKernelEngine::forJupiter)
                .toList();
        if (!selectors.isEmpty()) {
            List<DiscoveryFilter<?>> filters = new ArrayList<>();
            request.getFiltersByType(DiscoveryFilter.class).forEach(filters::add);
            TestPlan plan = JupiterLauncher.create().discover(JupiterLauncher.request(selectors, filters));
            for (TestIdentifier jupiter : plan.getRoots()) {
                plan.getChildren(jupiter).stream()
                        .filter(ZonedKernelEngine::isOurs)
                        .forEach(test -> mirror(plan, test, engine, uniqueId));
            }
        }
        return engine;
    }

    @Override
    public void execute(ExecutionRequest request) {
        TestDescriptor engine = request.getRootTestDescriptor();
        request.getEngineExecutionListener().executionStarted(engine);
        TestExecutionResult result = TestExecutionResult.successful();
        if (!engine.getChildren().isEmpty()) {
            result = run(engine, new EventReplay(request.getEngineExecutionListener(), engine, out));
        }
        request.getEngineExecutionListener().executionFinished(engine, result);
    }

    private static TestExecutionResult run(TestDescriptor engine, EventReplay replay) {
        List<Class<?>> classes = new ArrayList<>();
        engine.getChildren().forEach(test -> classes.add(testClass(test)));
        List<String> ids = engine.getDescendants().stream()
                .filter(TestDescriptor::mayRegisterTests)
                .map(test -> ((MirroredTest) test).jupiterId())
                .toList();
        try {
            ZonedKernelRun.forClasses(classes).run(ids, replay::accept);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(replay, e);
        } catch (RuntimeException e) {
            return failed(replay, e);
        }
        replay.failTheUnfinished(new AssertionError("The run ended without a report on this test"));
        return replay.jupitersFailure().map(TestExecutionResult::failed).orElse(TestExecutionResult.successful());
    }

    /** The unfinished tests carry the failure; if all tests had ended, the engine does. */
    private static TestExecutionResult failed(EventReplay replay, Exception failure) {
        return replay.failTheUnfinished(failure)
                ? TestExecutionResult.successful()
                : TestExecutionResult.failed(failure);
    }

    private static Class<?> testClass(TestDescriptor test) {
        return ((ClassSource) test.getSource().orElseThrow()).getJavaClass();
    }

    private static void mirror(TestPlan plan, TestIdentifier test, TestDescriptor parent, UniqueId engine) {
        MirroredTest mirrored = MirroredTest.of(test, engine);
        parent.addChild(mirrored);
        plan.getChildren(test).forEach(child -> mirror(plan, child, mirrored, engine));
    }

    /**
     * The selector by which Jupiter finds the same tests; empty for tests that can't be ours, which saves the search.
     */
    private static Stream<DiscoverySelector> forJupiter(DiscoverySelector selector) {
        return switch (selector) {
            case UniqueIdSelector id
            when Objects.equals(id.getUniqueId().getEngineId().orElse(null), ID) -> {
                UniqueId jupiters = UniqueId.forEngine(JUPITER);
                for (UniqueId.Segment segment :
                        id.getUniqueId().getSegments().stream().skip(1).toList()) {
                    jupiters = jupiters.append(segment);
                }
                yield Stream.of(DiscoverySelectors.selectUniqueId(jupiters));
            }
            case UniqueIdSelector anotherEngines -> Stream.empty();
            case ClassSelector type when !isOurs(type.getJavaClass()) -> Stream.empty();
            default -> Stream.of(selector);
        };
    }

    private static boolean isOurs(TestIdentifier test) {
        return test.getSource().orElse(null) instanceof ClassSource type && isOurs(type.getJavaClass());
    }

    private static boolean isOurs(Class<?> type) {
        return AnnotationSupport.isAnnotated(type, ZonedKernelTest.class);
    }
}
