package io.znsslab.jcache;

import static io.znsslab.jcache.Managers.cache;
import static io.znsslab.jcache.Managers.onDevice;
import static io.znsslab.jcache.Managers.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a restart a cache on a device is warm. */
class WarmRestartTest {
    private static final int MANY = 8000; // about 16 MB, four times the memory

    @TempDir
    private Path folder;

    @Test
    void allEntriesOfAClosedCacheAreFoundAgain() {
        try (SlabCaches caches = Managers.open(onDevice(folder, "128MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches);
            for (int key = 0; key < MANY; key++) {
                cache.put(key, value(key));
            }
            cache.put(-1, value(-1, 300_000));
            cache.put(5, value(6));
            cache.remove(7);
        }
        try (SlabCaches caches = Managers.open(onDevice(folder, "128MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches);

            assertThat(cache.get(-1)).isEqualTo(value(-1, 300_000));
            assertThat(cache.get(5)).isEqualTo(value(6));
            assertThat(cache.get(7)).isNull();
            assertThat(IntStream.range(8, MANY)).allMatch(key -> Arrays.equals(cache.get(key), value(key)));
            assertThat(cache).hasSize(MANY);
            cache.put(7, value(7));
            caches.checkInvariants();
        }
    }

    /** Eternal when it is put, over long ago when it is read; so it shows which expiry a restart knows. */
    private static final class OverOnceRead implements ExpiryPolicy {
        @Override
        public Duration getExpiryForCreation() {
            return Duration.ETERNAL;
        }

        @Override
        public Duration getExpiryForAccess() {
            return Duration.ZERO;
        }

        @Override
        public Duration getExpiryForUpdate() {
            return null;
        }
    }

    @Test
    void expiryIsFoundAgainAsItWasSetLast() {
        MutableConfiguration<Integer, byte[]> expiring =
                new MutableConfiguration<Integer, byte[]>().setExpiryPolicyFactory(OverOnceRead::new);
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches, expiring);
            cache.put(1, value(1));
            cache.put(2, value(2));
            assertThat(cache.get(1)).isEqualTo(value(1));
        }
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches, expiring);

            assertThat(cache.containsKey(1)).isFalse();
            assertThat(cache.containsKey(2)).isTrue();
        }
    }

    @Test
    void anEntryThatExpiresWhileNoProcessRunsIsNotFound() throws Exception {
        MutableConfiguration<Integer, byte[]> expiring = new MutableConfiguration<Integer, byte[]>()
                .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MILLISECONDS, 1)));
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            cache(caches, expiring).put(1, value(1));
        }
        long over = System.currentTimeMillis() + 1;
        while (System.currentTimeMillis() <= over) {
            Thread.onSpinWait();
        }
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            assertThat(cache(caches).get(1)).isNull();
        }
    }

    @Test
    void aCacheThatWasClosedIsOpenedAgainByItsManagerWithItsEntries() {
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches);
            cache.put(1, value(1));
            cache.close();

            assertThat(cache(caches).get(1)).isEqualTo(value(1));
        }
    }

    @Test
    void nothingOfADestroyedCacheIsFoundAgain() {
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            cache(caches).put(1, value(1));
            caches.destroyCache("values");
            cache(caches).put(2, value(2));
        }
        try (SlabCaches caches = Managers.open(onDevice(folder, "64MiB"))) {
            assertThat(cache(caches)).extracting(Cache.Entry::getKey).containsExactly(2);
        }
    }

    @Test
    void afterAKillWhatHadGoneToTheDeviceIsFoundAgain() throws Exception {
        Process killed = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                        "--class-path",
                        System.getProperty("java.class.path"),
                        ToBeKilled.class.getName(),
                        onDevice(folder, "128MiB")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader printed =
                new BufferedReader(new InputStreamReader(killed.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(printed.readLine()).isEqualTo("filled");
        } finally {
            killed.destroyForcibly();
            assertThat(killed.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }

        try (SlabCaches caches = Managers.open(onDevice(folder, "128MiB"))) {
            Cache<Integer, byte[]> cache = cache(caches);
            long found = IntStream.range(0, MANY)
                    .filter(key -> {
                        byte[] value = cache.get(key);
                        assertThat(value).isIn(null, value(key));
                        return value != null;
                    })
                    .count();
            // The last 4 MiB may have been in memory.
            assertThat(found).isGreaterThan(MANY / 2);
            caches.checkInvariants();
        }
    }

    /** Fills a cache, says so, and waits. */
    static final class ToBeKilled {
        private ToBeKilled() {}

        public static void main(String[] arguments) throws InterruptedException {
            Cache<Integer, byte[]> cache = cache(Managers.open(arguments[0]));
            for (int key = 0; key < MANY; key++) {
                cache.put(key, value(key));
            }
            System.out.println("filled");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
