package io.znsslab.jcache;

import static io.znsslab.jcache.Managers.cache;
import static io.znsslab.jcache.Managers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official tests do not look at. */
class SlabCacheTest {
    private static final int THREADS = 4;

    @Test
    void theProviderIsFoundAsAService() {
        assertThat(Caching.getCachingProviders())
                .hasOnlyElementsOfType(SlabCachingProvider.class)
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3900, 4000, 4096, 10_000, 1_000_000})
    void aValueOfAnySizeComesBackWhole(int bytes) {
        try (SlabCaches caches = Managers.open("memory=16MiB&slab=4KiB")) {
            Cache<Integer, byte[]> cache = cache(caches);
            cache.put(1, value(1, bytes));

            assertThat(cache.get(1)).isEqualTo(value(1, bytes));
            assertThat(cache.remove(1)).isTrue();
            caches.checkInvariants();
        }
    }

    @Test
    void keysAndValuesOfEveryKindComeBackAsTheyWere() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            Cache<Object, Object> cache = caches.createCache("all", new MutableConfiguration<>());
            List<Object> objects = List.of(
                    "",
                    "plain",
                    "Grüße",
                    "漢字 \ud83d\ude00",
                    "alone \ud83d",
                    5,
                    -5L,
                    1.5,
                    true,
                    UUID.randomUUID(),
                    List.of(1));
            objects.forEach(object -> cache.put(object, object));

            assertThat(objects)
                    .allSatisfy(object -> assertThat(cache.get(object)).isEqualTo(object));
        }
    }

    @Test
    void aKeyThatTheCallerChangesAfterwardsStaysWhatItWas() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            Cache<List<Integer>, Integer> cache = caches.createCache("lists", new MutableConfiguration<>());
            List<Integer> key = new ArrayList<>(List.of(1));
            cache.put(key, 1);
            key.add(2);

            assertThat(cache.get(List.of(1))).isEqualTo(1);
            assertThat(cache.get(key)).isNull();
        }
    }

    @Test
    void whatIsReplacedAndRemovedLeavesNothingBehind() {
        try (SlabCaches caches = Managers.open("memory=4MiB&epoch=64KiB")) {
            Cache<Integer, byte[]> cache = cache(caches);
            // Fifty times the memory.
            for (int round = 0; round < 10_000; round++) {
                cache.put(round % 10, value(round, 20_000));
            }

            assertThat(cache).hasSize(10);
            cache.removeAll();
            caches.checkInvariants();
        }
    }

    private static void inThreads(ThrowingTask task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                all.add(threads.submit(() -> {
                    task.run(number);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
    }

    private interface ThrowingTask {
        void run(int thread) throws Exception;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsThatReadAndWriteTheSameKeysSeeWholeValues(boolean onDevice, @TempDir Path folder) throws Exception {
        String settings = onDevice ? Managers.onDevice(folder, "64MiB") : "memory=2MiB&epoch=64KiB";
        try (SlabCaches caches = Managers.open(settings)) {
            Cache<Integer, byte[]> cache = cache(caches);
            inThreads(thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int i = 0; i < 4000; i++) {
                    int key = random.nextInt(2000);
                    byte[] seen = cache.get(key);
                    if (seen != null) {
                        assertThat(seen).isEqualTo(value(key, seen.length));
                    }
                    if (random.nextInt(4) == 0) {
                        cache.remove(key);
                    } else {
                        cache.put(key, value(key, random.nextInt(6000)));
                    }
                }
            });
            cache.clear();

            assertThat(cache).isEmpty();
            caches.checkInvariants();
        }
    }

    @Test
    void entryProcessorsOfOneKeyRunOneAfterTheOther() throws Exception {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            Cache<String, Integer> cache = caches.createCache("counters", new MutableConfiguration<>());
            inThreads(_ -> {
                for (int i = 0; i < 500; i++) {
                    cache.invoke("counter", (entry, _) -> {
                        entry.setValue(entry.exists() ? entry.getValue() + 1 : 1);
                        return null;
                    });
                }
            });

            assertThat(cache.get("counter")).isEqualTo(THREADS * 500);
        }
    }

    @Test
    void aClosedManagerAndItsCachesRefuse() {
        SlabCaches caches = Managers.open("memory=4MiB");
        Cache<Integer, byte[]> cache = cache(caches);
        caches.close();

        assertThat(cache.isClosed()).isTrue();
        assertThatThrownBy(() -> cache.get(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cache values is closed");
        assertThatThrownBy(caches::getCacheNames).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "device=%s/missing, there is no device, device-size",
        "device=%s/text, the store of cache manager, text",
        "device=%s/small&device-size=2MiB, the store of cache manager, usable sequential zones",
    })
    void aDeviceThatCannotBeUsedIsNamed(String settings, String what, String more, @TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("text"), "no device");
        try (SlabCaches caches = Managers.open(settings.formatted(folder))) {
            assertThatThrownBy(() -> cache(caches))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(what)
                    .hasMessageContaining(more);
        }
    }

    @Test
    void aDeviceHasOneManagerAtATime(@TempDir Path folder) {
        String settings = Managers.onDevice(folder, "64MiB");
        try (SlabCaches first = Managers.open(settings);
                SlabCaches second = Managers.open(settings)) {
            cache(first).put(1, value(1));

            assertThatThrownBy(() -> cache(second))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("is open already");
        }
    }

    @Test
    void storingByReferenceAndTwoBoundsAreRefused() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            MutableConfiguration<Integer, byte[]> byReference = new MutableConfiguration<>();
            byReference.setStoreByValue(false);
            SlabCacheConfiguration<Integer, byte[]> twice = new SlabCacheConfiguration<>();
            twice.setMaximumBytes(1000).setMaximumEntries(10);

            assertThatThrownBy(() -> cache(caches, byReference))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("by reference");
            assertThatThrownBy(() -> cache(caches, twice))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("two bounds");
            assertThatThrownBy(() -> twice.setMaximumBytes(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anUnserializableValueIsRefusedByItsClass() {
        try (SlabCaches caches = Managers.open("memory=4MiB")) {
            Cache<Integer, Object> cache = caches.createCache("objects", new MutableConfiguration<>());

            assertThatThrownBy(() -> cache.put(1, new Object()))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("java.lang.Object")
                    .hasMessageContaining("serializable");
            caches.checkInvariants();
        }
    }
}
