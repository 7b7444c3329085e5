package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;

class TestEventTest {
    static TestEvent[] events() {
        return new TestEvent[] {
            new TestEvent.Begun("Linux 6.1"),
            new TestEvent.Registered("[a]/[b]", "[a]", true, "two\nlines \t ä", "legacy", "x.Y", "method", "int, long"),
            new TestEvent.Registered("[a]/[b]", "[a]", false, "", "", "", "", ""),
            new TestEvent.Started("[a]/[b]"),
            new TestEvent.Skipped("[a]/[b]", "because of rain")
        };
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventComesThroughALineAsItIs(TestEvent event) {
        String line = event.toLine();

        assertThat(line).doesNotContain("\n");
        assertThat(TestEvent.ofLine(line)).isEqualTo(event);
    }

    @Test
    void aSuccessComesThrough() {
        assertThat(throughALine(TestExecutionResult.successful()).getStatus())
                .isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
    }

    @Test
    void anAssertionsFailureStaysOneWithItsWordsAndItsTrace() {
        AssertionError original = new AssertionError("expected 1 but was 2");

        TestExecutionResult result = throughALine(TestExecutionResult.failed(original));

        assertThat(result.getStatus()).isEqualTo(TestExecutionResult.Status.FAILED);
        assertThat(result.getThrowable().orElseThrow())
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected 1 but was 2")
                .hasToString(original.toString())
                .satisfies(failure -> assertThat(failure.getStackTrace()).isEqualTo(original.getStackTrace()));
    }

    @Test
    void causesAndSuppressedFailuresComeAlong() {
        IOException cause = new IOException("the disk");
        IllegalStateException original = new IllegalStateException("the store", cause);
        original.addSuppressed(new IllegalArgumentException("closing"));

        Throwable failure = throughALine(TestExecutionResult.aborted(original))
                .getThrowable()
                .orElseThrow();

        assertThat(failure).isNotInstanceOf(AssertionError.class).hasToString(original.toString());
        assertThat(failure.getCause()).hasToString(cause.toString());
        assertThat(failure.getSuppressed()).hasSize(1);
    }

    @Test
    void aFailureThatHoldsWhatCannotTravelOrIsItsOwnCauseComesThrough() {
        class Holding extends RuntimeException {
            private static final long serialVersionUID = 1L;
            private final transient Thread held = Thread.currentThread();

            @Override
            public synchronized Throwable getCause() {
                return held == null ? null : this;
            }
        }

        Throwable failure = throughALine(TestExecutionResult.failed(new Holding()))
                .getThrowable()
                .orElseThrow();

        assertThat(failure.toString()).contains("Holding");
        assertThat(failure.getCause()).isNull();
    }

    @Test
    void anUnknownLineIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestEvent.ofLine("Zm9v"))
                .withMessageContaining("foo");
    }

    private static TestExecutionResult throughALine(TestExecutionResult result) {
        return ((TestEvent.Finished) TestEvent.ofLine(new TestEvent.Finished("[a]", result).toLine())).result();
    }
}
