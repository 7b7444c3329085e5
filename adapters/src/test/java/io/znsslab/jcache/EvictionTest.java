package io.znsslab.jcache;

import static io.znsslab.jcache.Managers.cache;
import static io.znsslab.jcache.Managers.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.management.CacheStatisticsMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {
    private static final int MANY = 10_000; // of about 2 KB: five times the memory

    private static void fill(Cache<Integer, byte[]> cache, int count) {
        for (int key = 0; key < count; key++) {
            cache.put(key, value(key));
        }
    }

    /** How many of these keys are found; what is found is right. */
    private static long found(Cache<Integer, byte[]> cache, int from, int to) {
        return IntStream.range(from, to)
                .filter(key -> {
                    byte[] value = cache.get(key);
                    assertThat(value).isIn(null, value(key));
                    return value != null;
                })
                .count();
    }

    @Test
    void aCacheWithoutABoundEvictsItsOldestEpochsWhenMemoryIsFull() {
        try (SlabCaches caches = Managers.open("memory=4MiB&epoch=256KiB")) {
            Cache<Integer, byte[]> cache = cache(caches);

            fill(cache, MANY);

            assertThat(found(cache, MANY - 500, MANY)).isEqualTo(500);
            assertThat(found(cache, 0, MANY)).isBetween(1000L, 3000L);
            caches.checkInvariants();
        }
    }

    @Test
    void anEntryThatIsUsedOutlivesItsEpoch() {
        try (SlabCaches caches = Managers.open("memory=4MiB&epoch=256KiB")) {
            Cache<Integer, byte[]> cache = cache(caches);
            for (int key = 0; key < MANY; key++) {
                cache.put(key, value(key));
                assertThat(cache.get(0)).as("after %d puts", key).isEqualTo(value(0));
            }
        }
    }

    @Test
    void aFullDeviceEvictsTheOldestEpochs(@TempDir Path folder) {
        try (SlabCaches caches = Managers.open(Managers.onDevice(folder, "32MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches);

            fill(cache, 4 * MANY);

            assertThat(found(cache, 4 * MANY - 500, 4 * MANY)).isEqualTo(500);
            // Far more than the memory holds.
            assertThat(found(cache, 0, 4 * MANY)).isGreaterThan(5000);
        }
    }

    @Test
    void aBoundOfEntriesIsKept() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            SlabCacheConfiguration<Integer, byte[]> bounded = new SlabCacheConfiguration<>();
            bounded.setMaximumEntries(100).setStatisticsEnabled(true);
            Cache<Integer, byte[]> cache = cache(caches, bounded);

            fill(cache, 1000);

            CacheStatisticsMXBean statistics = ((SlabCache<?, ?>) cache).statistics();
            settle(() -> statistics.getCacheEvictions() >= 900, cache);
            assertThat(statistics.getCacheEvictions()).isEqualTo(900);
            assertThat(cache).hasSize(100);
            caches.checkInvariants();
        }
    }

    @Test
    void aBoundOfBytesIsKeptAlsoIfAPropertySetsIt() {
        Properties properties = new Properties();
        properties.setProperty("io.znsslab.jcache.cache.values.maximum", "100KiB");
        try (SlabCaches caches = Managers.open("memory=4MiB", properties)) {
            Cache<Integer, byte[]> cache = cache(caches);

            fill(cache, 1000);

            settle(() -> bytes(cache) <= 102_400, cache);
            assertThat(bytes(cache)).isBetween(50_000L, 102_400L);
        }
    }

    private static long bytes(Cache<Integer, byte[]> cache) {
        long bytes = 0;
        for (Cache.Entry<Integer, byte[]> entry : cache) {
            bytes += entry.getValue().length;
        }
        return bytes;
    }

    /** Another thread may be about to evict what Caffeine has chosen; an access lets it go on where that has ended. */
    private static void settle(BooleanSupplier done, Cache<Integer, byte[]> cache) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!done.getAsBoolean() && System.nanoTime() < deadline) {
            var _ = cache.get(0);
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsLargerThanAQuarterOfMemoryIsEvictedAtOnce() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            Cache<Integer, byte[]> cache = cache(caches);
            cache.put(1, value(1));

            cache.put(1, new byte[2 << 20]);

            assertThat(cache.get(1)).isNull();
            caches.checkInvariants();
        }
    }

    @Test
    void anEpochOfWhichLittleIsLeftIsWrittenAnew() {
        try (SlabCaches caches = Managers.open("memory=4MiB&epoch=256KiB")) {
            SlabCacheConfiguration<Integer, byte[]> bounded = new SlabCacheConfiguration<>();
            Cache<Integer, byte[]> cache = cache(caches, bounded.setMaximumEntries(300));
            int[] kept = IntStream.range(0, 20).toArray();
            for (int key = 0; key < MANY; key++) {
                cache.put(key, value(key));
                for (int often : kept) {
                    if (key % 10 == 0) {
                        assertThat(cache.get(often)).isIn(null, value(often));
                    }
                }
            }

            settle(() -> StreamSupport.stream(cache.spliterator(), false).count() <= 300, cache);
            assertThat(cache).hasSizeLessThanOrEqualTo(300);
            assertThat(found(cache, 0, 20)).isGreaterThan(0);
        }
    }
}
