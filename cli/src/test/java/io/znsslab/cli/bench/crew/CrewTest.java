package io.znsslab.cli.bench.crew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrewTest {
    private static final Duration MOMENT = Duration.ofMillis(5);

    /** Counts what was done after the start. */
    private static final class Counter implements Crew.Member<Long> {
        private final long failAt;
        private long done;
        private long atStart = -1;

        Counter(long failAt) {
            this.failAt = failAt;
        }

        @Override
        public void work() {
            if (++done == failAt) {
                throw new IllegalStateException("the third piece of work failed");
            }
        }

        @Override
        public void start() {
            atStart = done;
        }

        @Override
        public Long stop() {
            return atStart < 0 ? -1 : done - atStart;
        }
    }

    @Test
    void eachMemberWarmsUpIsStartedAndReports() throws InterruptedException {
        List<Long> reports = new Crew<Long>().run(3, MOMENT, MOMENT, thread -> new Counter(0));

        assertThat(reports).hasSize(3).allMatch(count -> count > 0);
    }

    @Test
    void aMemberThatFailsEndsTheOthersAndIsReported() {
        Duration hours = Duration.ofHours(10);

        assertThatThrownBy(() -> new Crew<Long>().run(3, hours, hours, thread -> new Counter(thread == 1 ? 3 : 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the third piece of work failed");
    }

    @ParameterizedTest
    @CsvSource({"1, '1'", "2, '1,2'", "5, '1,2,3,4,5'", "6, '1,2,3,4,6'", "16, '1,2,3,4,8,16'"})
    void theNumbersOfThreadsEndWithTheLargest(int largest, String counts) {
        assertThat(ThreadCounts.upTo(largest).stream().map(String::valueOf)).containsExactly(counts.split(","));
    }
}
