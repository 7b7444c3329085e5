package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlabPlacesTest {
    private final SlabPlaces places = new SlabPlaces();

    @Test
    void eachIdKeepsAPlaceOfItsOwn() {
        SplittableRandom random = new SplittableRandom(7);
        Map<Integer, Integer> taken = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            // Some anywhere in 32 bits, most near each other.
            int id = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(1 << 15);
            int place = places.take(id);
            Integer before = taken.put(id, place);
            assertThat(before == null || before == place).isTrue();
        }
        assertThat(taken.values()).doesNotHaveDuplicates();
        taken.forEach((id, place) -> {
            assertThat(places.find(id)).isEqualTo(place);
            assertThat(places.idAt(place)).isEqualTo(Integer.toUnsignedLong(id));
            assertThat(place).isBetween(0, places.bound() - 1);
        });
    }

    @Test
    void anIdThatNoneIsNearHasNoPlace() {
        places.take(1000);
        assertThat(places.find(1016)).isNegative();
        assertThat(places.find(0)).isNegative();
    }

    @Test
    void rowsAreInTheOrderOfIds() {
        for (int id = 5000; id >= 0; id -= 3) {
            places.take(id);
        }
        places.take(-1);
        List<Long> ids = new ArrayList<>();
        for (int row : places.rowsById()) {
            for (int place = row; place < row + SlabPlaces.ROW_IDS; place++) {
                ids.add(places.idAt(place));
            }
        }
        assertThat(ids).isSorted().hasSize(places.bound()).contains(5000L, 0L).endsWith(0xFFFF_FFFFL);
    }

    @Test
    void idsInARowTakeNoMorePlacesThanThereAre() {
        for (int id = 16; id < 160_016; id++) {
            places.take(id);
        }
        assertThat(places.bound()).isEqualTo(160_000);
    }
}
