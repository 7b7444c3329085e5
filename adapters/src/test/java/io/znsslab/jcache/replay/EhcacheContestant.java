package io.znsslab.jcache.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;

/** Ehcache off the heap, and on disk. */
final class EhcacheContestant implements Contestant {
    private static final int ON_HEAP = 100;

    private final CacheManager caches;
    private final Cache<Long, byte[]> cache;

    /** @param diskBytes 0 for none */
    EhcacheContestant(long memoryBytes, long diskBytes, Path folder) {
        // A disk tier asks for one on the heap.
        ResourcePoolsBuilder memory = ResourcePoolsBuilder.newResourcePoolsBuilder()
                .heap(ON_HEAP, EntryUnit.ENTRIES)
                .offheap(memoryBytes, MemoryUnit.B);
        ResourcePoolsBuilder pools = diskBytes == 0 ? memory : memory.disk(diskBytes, MemoryUnit.B);
        caches = CacheManagerBuilder.newCacheManagerBuilder()
                .with(CacheManagerBuilder.persistence(folder.toFile()))
                .withCache(
                        "trace",
                        CacheConfigurationBuilder.newCacheConfigurationBuilder(Long.class, byte[].class, pools))
                .build(true);
        cache = caches.getCache("trace", Long.class, byte[].class);
    }

    @Override
    public byte[] get(long key) {
        return cache.get(key);
    }

    @Override
    public void put(long key, byte[] value) {
        cache.put(key, value);
    }

    /** What the kernel counts for this process, in which nothing else writes. */
    @Override
    public long writtenBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/io")).stream()
                    .filter(line -> line.startsWith("write_bytes: "))
                    .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        caches.close();
    }
}
