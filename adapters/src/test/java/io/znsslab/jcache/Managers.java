package io.znsslab.jcache;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.configuration.CompleteConfiguration;

/** Cache managers for tests. */
final class Managers {
    private Managers() {}

    /** A new manager with these settings, as in the query of a URI. */
    static SlabCaches open(String settings) {
        return open(settings, new Properties());
    }

    static SlabCaches open(String settings, Properties properties) {
        URI uri = URI.create("zns-slab:test?" + settings);
        return (SlabCaches) new SlabCachingProvider().getCacheManager(uri, null, properties);
    }

    /** The settings of a store on a device file, which is made if it is not there. */
    static String onDevice(Path folder, String size) {
        return "device=" + folder.resolve("device") + "&device-size=" + size + "&memory=4MiB&epoch=256KiB";
    }

    static Cache<Integer, byte[]> cache(SlabCaches caches) {
        return cache(caches, new SlabCacheConfiguration<>());
    }

    static Cache<Integer, byte[]> cache(SlabCaches caches, CompleteConfiguration<Integer, byte[]> configuration) {
        return caches.createCache("values", configuration);
    }

    /** A value that tells its key, of 100 to 4,000 bytes or so. */
    static byte[] value(int key) {
        return value(key, 100 + Math.floorMod(key * 7919, 3900));
    }

    static byte[] value(int key, int bytes) {
        byte[] value = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            value[i] = (byte) (key * 31 + i);
        }
        return value;
    }
}
