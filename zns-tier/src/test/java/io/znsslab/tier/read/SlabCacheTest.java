package io.znsslab.tier.read;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlabCacheTest {
    private static final int SLAB = 4096;
    private static final long LIFE = 5;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment copy = arena.allocate(SLAB, 8);
    private final SlabCache cache = new SlabCache(64 * SLAB, SLAB);

    @AfterEach
    void close() {
        cache.close();
        arena.close();
    }

    private void put(long location) {
        MemorySegment image = arena.allocate(SLAB, 8);
        image.set(JAVA_LONG, 0, location);
        image.set(JAVA_LONG, SLAB - 8, ~location);
        cache.put(location + 1000, location, LIFE, image);
    }

    private boolean has(long location) {
        boolean found = cache.read(location + 1000, location, LIFE, copy);
        if (found) {
            assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(location);
            assertThat(copy.get(JAVA_LONG, SLAB - 8)).isEqualTo(~location);
        }
        return found;
    }

    @Test
    void anEntryIsReadUntilItIsRemoved() {
        put(7);
        assertThat(has(7)).isTrue();
        assertThat(has(8)).isFalse();
        cache.remove(7);
        assertThat(has(7)).isFalse();
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(2);
    }

    @Test
    void anotherSlabOrIncarnationOfTheSamePlaceIsNotTheSame() {
        put(7);
        assertThat(cache.read(1007, 7, LIFE + 1, copy)).isFalse();
        assertThat(cache.read(1008, 7, LIFE, copy)).isFalse();
        assertThat(has(7)).isTrue();
    }

    @Test
    void itNeverHoldsMoreThanItsLimit() {
        for (long location = 1; location <= 10_000; location++) {
            put(location);
        }
        assertThat(cache.size()).isEqualTo(64);
        assertThat(has(10_000)).isTrue();
    }

    @Test
    void slabsReadOftenOutliveSlabsReadOnce() {
        for (long location = 1; location <= 16; location++) {
            put(location);
        }
        long[] kept = new long[17];
        for (long passing = 1000; passing < 3000; passing++) {
            for (long location = 1; location <= 16; location++) {
                kept[(int) location] += has(location) ? 1 : 0;
            }
            put(passing);
        }
        assertThat(Arrays.stream(kept).filter(times -> times == 2000).count()).isGreaterThanOrEqualTo(12);
    }
}
