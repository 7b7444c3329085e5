package io.znsslab.tier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.LatencySummary;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void nothingRecordedIsAllZeroes() {
        assertThat(histogram.summary()).isEqualTo(new LatencySummary(0, 0, 0, 0, 0));
    }

    @Test
    void percentilesAreAtMostSixPercentTooHigh() {
        for (int i = 1; i <= 100_000; i++) {
            histogram.record(i * 37L);
        }
        LatencySummary summary = histogram.summary();

        assertThat(summary.count()).isEqualTo(100_000);
        assertThat(summary.p50Nanos()).isBetween(50_000 * 37L, (long) (50_000 * 37L * 1.0625));
        assertThat(summary.p99Nanos()).isCloseTo(99_000 * 37L, Percentage.withPercentage(6.25));
        assertThat(summary.p999Nanos()).isCloseTo(99_900 * 37L, Percentage.withPercentage(6.25));
        assertThat(summary.maxNanos()).isEqualTo(100_000 * 37L);
    }

    @Test
    void theShortestAndTheLongestTimesAreCounted() {
        histogram.record(0);
        histogram.record(15);
        histogram.record(16);
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.summary().count()).isEqualTo(5);
        assertThat(histogram.summary().maxNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.summary().p50Nanos()).isEqualTo(15);
    }
}
