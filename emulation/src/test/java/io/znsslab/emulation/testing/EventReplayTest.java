package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;

class EventReplayTest {
    private static final String TYPE = "[engine:junit-jupiter]/[class:x.Y]";
    private static final String FIRST = TYPE + "/[method:first()]";
    private static final String SECOND = TYPE + "/[method:second()]";

    private final EngineDescriptor engine = new EngineDescriptor(UniqueId.forEngine(ZonedKernelEngine.ID), "engine");
    private final Recorder recorder = new Recorder();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final EventReplay replay = replayOfAClassWithTwoTests();

    @Test
    void eventsAreReportedInTheirOrder() {
        replay.accept(new TestEvent.Started(TYPE));
        replay.accept(new TestEvent.Started(FIRST));
        replay.accept(new TestEvent.Finished(FIRST, TestExecutionResult.successful()));
        replay.accept(new TestEvent.Skipped(SECOND, "rain"));
        replay.accept(new TestEvent.Finished(TYPE, TestExecutionResult.successful()));

        assertThat(replay.failTheUnfinished(new AssertionError("unused"))).isFalse();
        assertThat(recorder.reports)
                .containsExactly(
                        "started Y", "started first()", "SUCCESSFUL first()", "skipped second() rain", "SUCCESSFUL Y");
    }

    @Test
    void eachFinishedTestIsPrintedWithItsTime() {
        replay.accept(new TestEvent.Begun("Linux 6.1"));
        replay.accept(new TestEvent.Started(FIRST));
        replay.accept(new TestEvent.Finished(FIRST, TestExecutionResult.failed(new AssertionError("no"))));

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .startsWith("Device tests run on Linux 6.1\n")
                .containsPattern("FAILED +0\\.\\d{3} s +Y\\.first\n");
    }

    @Test
    void theFirstUnfinishedTestFailsWithTheReasonAndTheOthersPointToIt() {
        AssertionError reason = new AssertionError("the guest died");
        replay.accept(new TestEvent.Started(TYPE));
        replay.accept(new TestEvent.Started(FIRST));

        assertThat(replay.failTheUnfinished(reason)).isTrue();

        assertThat(recorder.reports)
                .containsExactly(
                        "started Y",
                        "started first()",
                        "FAILED first()",
                        "started second()",
                        "FAILED second()",
                        "SUCCESSFUL Y");
        assertThat(recorder.failures.getFirst()).isSameAs(reason);
        assertThat(recorder.failures.getLast()).hasMessage("Did not finish; for the reason see Y.first");
    }

    @Test
    void testsThatNeverBeganFailToo() {
        assertThat(replay.failTheUnfinished(new AssertionError("no kernel"))).isTrue();

        assertThat(recorder.reports).contains("FAILED first()", "FAILED second()");
    }

    @Test
    void testsOfAClassThatFailedBeforeThemAreNotReportedASecondTime() {
        replay.accept(new TestEvent.Started(TYPE));
        replay.accept(new TestEvent.Finished(TYPE, TestExecutionResult.failed(new AssertionError("before all"))));

        assertThat(replay.failTheUnfinished(new AssertionError("unused"))).isFalse();
        assertThat(recorder.reports).containsExactly("started Y", "FAILED Y");
    }

    @Test
    void aTestThatIsMadeAsAnotherRunsIsAddedToIt() {
        String invocation = SECOND + "/[test-template-invocation:#1]";
        replay.accept(new TestEvent.Started(TYPE));
        replay.accept(new TestEvent.Started(SECOND));
        replay.accept(new TestEvent.Registered(invocation, SECOND, false, "[1] 512", "second[1]", "x.Y", "second", ""));
        replay.accept(new TestEvent.Started(invocation));

        assertThat(replay.failTheUnfinished(new AssertionError("the guest died")))
                .isTrue();

        assertThat(recorder.reports)
                .contains("registered [1] 512", "started [1] 512", "FAILED [1] 512", "FAILED second()");
    }

    @Test
    void aFailureOfJupiterItselfIsKept() {
        AssertionError failure = new AssertionError("no such class");
        replay.accept(new TestEvent.Started("[engine:junit-jupiter]"));
        replay.accept(new TestEvent.Finished("[engine:junit-jupiter]", TestExecutionResult.failed(failure)));

        assertThat(replay.jupitersFailure()).containsSame(failure);
    }

    private EventReplay replayOfAClassWithTwoTests() {
        MirroredTest type = add(engine, new TestEvent.Registered(TYPE, "", true, "Y", "Y", "x.Y", "", ""));
        add(type, new TestEvent.Registered(FIRST, TYPE, false, "first()", "first", "x.Y", "first", ""));
        add(type, new TestEvent.Registered(SECOND, TYPE, false, "second()", "second", "x.Y", "second", ""));
        return new EventReplay(recorder, engine, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private MirroredTest add(TestDescriptor parent, TestEvent.Registered test) {
        MirroredTest mirrored = MirroredTest.of(test, engine.getUniqueId());
        parent.addChild(mirrored);
        return mirrored;
    }

    private static final class Recorder implements EngineExecutionListener {
        private final List<String> reports = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();

        @Override
        public void dynamicTestRegistered(TestDescriptor test) {
            reports.add("registered " + test.getDisplayName());
        }

        @Override
        public void executionStarted(TestDescriptor test) {
            reports.add("started " + test.getDisplayName());
        }

        @Override
        public void executionSkipped(TestDescriptor test, String reason) {
            reports.add("skipped " + test.getDisplayName() + " " + reason);
        }

        @Override
        public void executionFinished(TestDescriptor test, TestExecutionResult result) {
            reports.add(result.getStatus() + " " + test.getDisplayName());
            result.getThrowable().ifPresent(failures::add);
        }
    }
}
