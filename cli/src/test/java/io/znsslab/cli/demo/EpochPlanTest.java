package io.znsslab.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.znsslab.cli.demo.EpochPlan.EpochFate;
import io.znsslab.cli.demo.EpochPlan.ObjectFate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
    @Test
    void theFatesAddUpToTheCountsWhateverTheNumberOfEpochs() {
        for (long epochs = 1; epochs < 200; epochs++) {
            EpochPlan plan = new EpochPlan(epochs, 1);
            assertThat(count(plan, EpochFate.HOT)).as("hot of %d", epochs).isEqualTo(plan.hotEpochs());
            assertThat(count(plan, EpochFate.DISCARDED))
                    .as("discarded of %d", epochs)
                    .isEqualTo(plan.discardedEpochs());
            assertThat(count(plan, EpochFate.COLD)).as("cold of %d", epochs).isEqualTo(plan.coldEpochs());
        }
    }

    @Test
    void theLastEpochIsNeverDiscardedSoThatAFileHasSomewhereToEnd() {
        for (long epochs = 1; epochs < 200; epochs++) {
            assertThat(new EpochPlan(epochs, 1).epochFate(epochs - 1)).isNotEqualTo(EpochFate.DISCARDED);
        }
    }

    @Test
    void theDefaultRunHasEpochsOfEveryFate() {
        EpochPlan plan = new EpochPlan(64, 42);

        assertThat(plan.hotEpochs()).isEqualTo(8);
        assertThat(plan.coldEpochs()).isEqualTo(48);
        assertThat(plan.discardedEpochs()).isEqualTo(8);
    }

    @Test
    void oneObjectInSixteenIsFreedEarlyAndOneLate() {
        EpochPlan plan = new EpochPlan(64, 42);
        long objects = 100_000;

        for (ObjectFate fate : new ObjectFate[] {ObjectFate.FREED_EARLY, ObjectFate.FREED_LATE}) {
            long count = LongStream.range(0, objects)
                    .filter(issue -> plan.objectFate(issue) == fate)
                    .count();
            assertThat((double) count).isCloseTo(objects / 16.0, within(400.0));
        }
    }

    private static long count(EpochPlan plan, EpochFate fate) {
        return LongStream.range(0, plan.epochs())
                .filter(ordinal -> plan.epochFate(ordinal) == fate)
                .count();
    }
}
