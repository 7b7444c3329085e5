package io.znsslab.cli.demo.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static Moment at(long nanos) {
        return new Moment(nanos, "filling", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "", "");
    }

    @Test
    void fewMomentsAreKeptAsTheyAre() {
        Timeline timeline = new Timeline();
        assertThat(timeline.moments()).isEmpty();
        IntStream.range(0, 10).forEach(nanos -> timeline.add(at(nanos)));

        assertThat(timeline.moments()).hasSize(10);
    }

    @Test
    void ofManyMomentsSomeAreKeptEvenlySpreadWithTheFirstAndTheLast() {
        Timeline timeline = new Timeline();
        IntStream.range(0, 100_000).forEach(nanos -> timeline.add(at(nanos)));

        List<Long> kept = timeline.moments().stream().map(Moment::nanos).toList();
        assertThat(kept)
                .hasSizeBetween(Timeline.MOST / 2, Timeline.MOST + 1)
                .startsWith(0L)
                .endsWith(99_999L);
        long step = kept.get(1);
        assertThat(IntStream.range(1, kept.size() - 1).mapToLong(index -> kept.get(index) - kept.get(index - 1)))
                .allMatch(gap -> gap == step);
    }
}
