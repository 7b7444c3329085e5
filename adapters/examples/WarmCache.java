import io.znsslab.jcache.SlabCacheConfiguration;
import java.net.URI;
import java.nio.file.Path;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;

/**
 * A JCache that outlives its process: its entries lie in DRAM and on a device, here a file that is made if there is
 * none. The first run prints {@code stored}, each further one {@code found world}.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED --class-path ... adapters/examples/WarmCache.java /tmp/greetings
 * </pre>
 */
void main(String[] arguments) {
    Path device = Path.of(arguments[0]).toAbsolutePath();
    URI store = URI.create("zns-slab:example?memory=64MiB&device-size=1GiB&device=" + device);
    try (CacheManager caches = Caching.getCachingProvider().getCacheManager(store, null)) {
        SlabCacheConfiguration<String, String> bounded = new SlabCacheConfiguration<>();
        Cache<String, String> greetings = caches.createCache("greetings", bounded.setMaximumBytes(500 << 20));

        String found = greetings.get("hello");
        IO.println(found == null ? "stored" : "found " + found);
        greetings.put("hello", "world");
    }
}
