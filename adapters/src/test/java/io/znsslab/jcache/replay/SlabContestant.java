package io.znsslab.jcache.replay;

import io.znsslab.jcache.SlabCacheConfiguration;
import io.znsslab.jcache.SlabCachingProvider;
import io.znsslab.tier.ZnsTier;
import java.net.URI;
import java.nio.file.Path;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** JCache on ZNS-Slab, with Caffeine's policy. */
final class SlabContestant implements Contestant {
    /** Of what there is: the rest is for what is replaced or evicted, and not given back yet. */
    private static final int BOUND_PERCENT = 70;

    private final CacheManager caches;
    private final Cache<Long, byte[]> cache;
    private final boolean onDevice;

    private SlabContestant(String settings, long bytes, boolean onDevice) {
        this.onDevice = onDevice;
        caches = new SlabCachingProvider().getCacheManager(URI.create("zns-slab:replay?" + settings), null);
        SlabCacheConfiguration<Long, byte[]> bounded = new SlabCacheConfiguration<>();
        cache = caches.createCache("trace", bounded.setMaximumBytes(bytes / 100 * BOUND_PERCENT));
    }

    static SlabContestant inMemory(long memoryBytes) {
        return new SlabContestant("memory=" + memoryBytes, memoryBytes, false);
    }

    static SlabContestant onDevice(long memoryBytes, long diskBytes, Path folder) {
        String settings = "memory=" + memoryBytes + "&device=" + folder.resolve("device") + "&device-size=" + diskBytes;
        return new SlabContestant(settings, diskBytes, true);
    }

    @Override
    public byte[] get(long key) {
        return cache.get(key);
    }

    @Override
    public void put(long key, byte[] value) {
        cache.put(key, value);
    }

    @Override
    public long writtenBytes() {
        return onDevice ? caches.unwrap(ZnsTier.class).statistics().bytesWritten() : 0;
    }

    @Override
    public void close() {
        caches.close();
    }
}
