package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Entries of distant indexes are separate, and the gap between them takes no memory. */
class RecoveredSlabTableTest {
    private static final int WORDS = 4;
    /** With four words for each, more than an array of longs could hold. */
    private static final int FAR = 600_000_000;

    @Test
    void indexesBeyondWhatAnArrayReachesAreKeptApart() {
        try (RecoveryMemory memory = new RecoveryMemory()) {
            RecoveredSlabTable table = new RecoveredSlabTable(memory, WORDS);
            int[] indexes = {0, 1, 65_535, 65_536, 268_435_455, 268_435_456, 300_000_000, FAR, (1 << 30) - 1};
            for (int index : indexes) {
                table.put(index, ~index, index ^ 7, index ^ 9);
                for (int word = 0; word < WORDS; word++) {
                    table.live(index, word, (long) index << 3 | word);
                }
            }

            for (int index : indexes) {
                assertThat(table.location(index)).isEqualTo(~index);
                assertThat(table.facts(index)).isEqualTo(index ^ 7);
                assertThat(table.epoch(index)).isEqualTo(index ^ 9);
                for (int word = 0; word < WORDS; word++) {
                    assertThat(table.live(index, word)).isEqualTo((long) index << 3 | word);
                }
            }
        }
    }

    @Test
    void nothingIsWhereNothingWasPut() {
        try (RecoveryMemory memory = new RecoveryMemory()) {
            RecoveredSlabTable table = new RecoveredSlabTable(memory, 1);
            table.clearLocation(FAR);
            assertThat(table.location(FAR)).isZero();
            table.put(FAR, 5, 6, 7);
            assertThat(table.location(FAR - 1)).isZero();
            assertThat(table.live(FAR + 1, 0)).isZero();
            table.clearLocation(FAR);
            assertThat(table.location(FAR)).isZero();
            assertThat(table.facts(FAR)).isEqualTo(6);
        }
    }
}
