package io.znsslab.tier.collect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The cost of the choice of zones, as the number of slabs written for each demoted one. Bounds are a tenth above the
 * measured values. Deaths that hit all slabs alike leave no choice: 1 / (1 - p) is the minimum for large zones then,
 * where p, the live part of a zone that is collected, is exp((p - 1) / fill): 1.9, 2.6, 3.4, 5.0 and 10.
 */
class VictimChoiceTest {
    @ParameterizedTest(name = "{0} % full, {2} % of the deaths hit {1} % of the slabs")
    @CsvSource({
        "70, 0, 0, 2.1",
        "80, 0, 0, 3.1",
        "85, 0, 0, 4.1",
        "90, 0, 0, 6.4",
        "95, 0, 0, 14.3",
        "70, 20, 80, 2.0",
        "80, 20, 80, 2.7",
        "85, 20, 80, 3.6",
        "90, 20, 80, 5.5",
        "95, 20, 80, 12.8",
        "70, 5, 95, 1.3",
        "80, 5, 95, 1.5",
        "85, 5, 95, 1.7",
        "90, 5, 95, 2.5",
        "95, 5, 95, 5.2",
    })
    void aStoreKeptAtOneFillWritesLittleMoreThanItMust(int percent, int hotPercent, int deathsPercent, double most) {
        try (CollectedStore store = new CollectedStore(160, percent, hotPercent, deathsPercent, 7)) {
            assertThat(store.writtenForEachDemoted(4, 4)).isLessThan(most);
        }
    }
}
