package io.znsslab.jcache;

import java.util.Objects;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;

/**
 * A configuration with a bound, for {@code CacheManager.createCache}. A cache without one is bounded by the store of
 * its manager alone. Not thread-safe.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public class SlabCacheConfiguration<K, V> extends MutableConfiguration<K, V> {
    private static final long serialVersionUID = 1;

    private long maximumBytes = Long.MAX_VALUE;
    private long maximumEntries = Long.MAX_VALUE;

    /** A configuration with JCache's defaults and no bound. */
    public SlabCacheConfiguration() {}

    /** A copy of a configuration, of its bounds too where it has some. */
    public SlabCacheConfiguration(CompleteConfiguration<K, V> other) {
        super(other);
        if (other instanceof SlabCacheConfiguration<K, V> bounded) {
            maximumBytes = bounded.maximumBytes;
            maximumEntries = bounded.maximumEntries;
        }
    }

    /** Bytes of all entries, as they are stored, beyond which the cache evicts; {@link Long#MAX_VALUE} for no bound. */
    public long getMaximumBytes() {
        return maximumBytes;
    }

    /**
     * Bounds the bytes of all entries as they are stored: keys and values in their serialised form, and what the store
     * adds, 50 bytes an entry and 32 for each further object of a large one.
     *
     * @param bytes 1 or more
     */
    public SlabCacheConfiguration<K, V> setMaximumBytes(long bytes) {
        maximumBytes = requirePositive(bytes, "bytes");
        return this;
    }

    /** Number of entries beyond which the cache evicts; {@link Long#MAX_VALUE} for no bound. */
    public long getMaximumEntries() {
        return maximumEntries;
    }

    /**
     * Bounds the number of entries.
     *
     * @param entries 1 or more
     */
    public SlabCacheConfiguration<K, V> setMaximumEntries(long entries) {
        maximumEntries = requirePositive(entries, "entries");
        return this;
    }

    private static long requirePositive(long bound, String what) {
        if (bound < 1) {
            throw new IllegalArgumentException("a maximum of " + bound + " " + what + ": must be 1 or more");
        }
        return bound;
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof SlabCacheConfiguration<?, ?> bounded
                && maximumBytes == bounded.maximumBytes
                && maximumEntries == bounded.maximumEntries;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), maximumBytes, maximumEntries);
    }
}
