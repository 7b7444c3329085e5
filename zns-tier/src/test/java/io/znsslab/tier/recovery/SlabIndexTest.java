package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlabIndexTest {
    private final SlabIndex index = new SlabIndex();

    @Test
    void eachIdKeepsAnIndexOfItsOwn() {
        SplittableRandom random = new SplittableRandom(7);
        Map<Integer, Integer> taken = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            // Some anywhere in 32 bits, most near each other.
            int id = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(1 << 15);
            int slab = index.assign(id);
            Integer before = taken.put(id, slab);
            assertThat(before == null || before == slab).isTrue();
        }
        assertThat(taken.values()).doesNotHaveDuplicates();
        taken.forEach((id, slab) -> {
            assertThat(index.find(id)).isEqualTo(slab);
            assertThat(index.idAt(slab)).isEqualTo(Integer.toUnsignedLong(id));
            assertThat(slab).isBetween(0, index.bound() - 1);
        });
    }

    @Test
    void anIdThatNoneIsNearHasNoIndex() {
        index.assign(1000);
        assertThat(index.find(1016)).isNegative();
        assertThat(index.find(0)).isNegative();
    }

    @Test
    void rowsAreInTheOrderOfIds() {
        for (int id = 5000; id >= 0; id -= 3) {
            index.assign(id);
        }
        index.assign(-1);
        List<Long> ids = new ArrayList<>();
        for (int row : index.rowsById()) {
            for (int slab = row; slab < row + SlabIndex.ROW_IDS; slab++) {
                ids.add(index.idAt(slab));
            }
        }
        assertThat(ids).isSorted().hasSize(index.bound()).contains(5000L, 0L).endsWith(0xFFFF_FFFFL);
    }

    @Test
    void idsInARowTakeNoMoreIndexesThanThereAre() {
        for (int id = 16; id < 160_016; id++) {
            index.assign(id);
        }
        assertThat(index.bound()).isEqualTo(160_000);
    }
}
