package io.znsslab.cli.demo.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void anOperationThatNeverHappenedHasNoFigures() {
        Latencies latencies = new Latencies();
        latencies.record(Operation.READ, 5);

        assertThat(latencies.summaries()).hasSize(1);
        assertThat(latencies.distributions())
                .singleElement()
                .satisfies(distribution ->
                        assertThat(distribution.summary()).isEqualTo(new Latencies.Summary("read", 1, 5, 5, 5, 5)));
    }

    @Test
    void percentilesAreThoseOfTheDurations() {
        Latencies latencies = new Latencies();
        LongStream.rangeClosed(1, 10_000).forEach(nanos -> latencies.record(Operation.STORE, 1000 * nanos));

        Latencies.Summary summary = latencies.summaries().getFirst();
        assertThat(summary.count()).isEqualTo(10_000);
        assertThat(summary.p50()).isCloseTo(5_000_000, Percentage.withPercentage(2));
        assertThat(summary.p99()).isCloseTo(9_900_000, Percentage.withPercentage(2));
        assertThat(summary.p999()).isCloseTo(9_990_000, Percentage.withPercentage(2));
    }

    @Test
    void aCurveRisesAndGoesNoFurtherThanThereAreOperations() {
        Latencies latencies = new Latencies();
        LongStream.rangeClosed(1, 1_000).forEach(nanos -> latencies.record(Operation.DEMOTE, nanos));

        var curve = latencies.distributions().getFirst().curve();
        assertThat(curve).isSortedAccordingTo((a, b) -> Double.compare(a.percentile(), b.percentile()));
        assertThat(curve).isSortedAccordingTo((a, b) -> Long.compare(a.nanos(), b.nanos()));
        assertThat(curve.getFirst().percentile()).isZero();
        assertThat(curve.getLast().percentile()).isEqualTo(99.9);
    }

    @Test
    void aDurationLongerThanAnHourCountsAsAnHour() {
        Latencies latencies = new Latencies();
        latencies.record(Operation.PROMOTE, Long.MAX_VALUE);

        assertThat(latencies.summaries().getFirst().max()).isCloseTo(3_600_000_000_000L, Percentage.withPercentage(2));
    }
}
