package io.znsslab.core.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlabIdListTest {
    private static SlabIdList listOf(long... ids) {
        SlabIdList list = new SlabIdList();
        for (long id : ids) {
            list.add(id);
        }
        list.complete();
        return list;
    }

    private static void requireKept(long... ids) {
        SlabIdList list = listOf(ids);
        assertThat(list.size()).isEqualTo(ids.length);
        for (int index = 0; index < ids.length; index++) {
            assertThat(list.get(index)).as("index %d", index).isEqualTo(ids[index]);
        }
    }

    @Test
    void keepsWhatIsNoRun() {
        requireKept();
        requireKept(7);
        requireKept(7, 9);
        requireKept(5, 1, 8, 3, 100);
    }

    @Test
    void keepsRunsUpAndDownAndWhatStandsBetweenThem() {
        requireKept(1, 2, 3, 4, 5, 6, 7, 8);
        requireKept(9, 8, 7, 6, 5, 4, 3, 2);
        requireKept(1, 2, 3, 4, 3, 2, 1, 90, 50, 51, 52, 53, 54, 20, 19, 18, 17, 16, 7);
        requireKept(10, 11, 12, 13, 14, 15, 14, 15, 16, 17, 18, 19);
    }

    @Test
    void keepsIdsOfTheWholeRange() {
        long top = 1L << 32;
        requireKept(0, 1, 2, 3, 4, 5);
        requireKept(top - 6, top - 5, top - 4, top - 3, top - 2, top - 1);
        requireKept((1L << 31) - 3, (1L << 31) - 2, (1L << 31) - 1, 1L << 31, (1L << 31) + 1, (1L << 31) + 2);
    }

    @Test
    void keepsRunsOfAnyLengthsInAnyOrder() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] ids = new long[1 + random.nextInt(400)];
            for (int at = 0; at < ids.length; ) {
                long id = 1000L + random.nextInt(1_000_000);
                int step = random.nextBoolean() ? 1 : -1;
                for (int left = 1 + random.nextInt(20); left > 0 && at < ids.length; left--) {
                    ids[at++] = id;
                    id += step;
                }
            }
            SlabIdList list = listOf(ids);
            for (int index = 0; index < ids.length; index++) {
                assertThat(list.get(index)).as("seed %d, index %d", seed, index).isEqualTo(ids[index]);
            }
        }
    }

    @Test
    void runsTakeNextToNothing() {
        SlabIdList list = new SlabIdList();
        for (int id = 1; id <= 10_000; id++) {
            list.add(id);
        }
        list.complete();
        assertThat(list.bytes()).isEqualTo(8);
    }
}
