package io.znsslab.jcache;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.cache.Cache;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * What a cache stands before: it is loaded from there and written to there, as far as its configuration says so. What a
 * loader or writer throws is thrown on as JCache's exceptions. Thread-safe if loader and writer are.
 */
final class Resource<K, V> {
    private final @Nullable CacheLoader<K, V> loader;
    private final @Nullable CacheWriter<? super K, ? super V> writer;
    private final boolean readThrough;

    Resource(CompleteConfiguration<K, V> configuration) {
        Factory<CacheLoader<K, V>> loaders = configuration.getCacheLoaderFactory();
        Factory<CacheWriter<? super K, ? super V>> writers = configuration.getCacheWriterFactory();
        loader = loaders == null ? null : loaders.create();
        writer = writers == null || !configuration.isWriteThrough() ? null : writers.create();
        readThrough = configuration.isReadThrough();
    }

    boolean canLoad() {
        return loader != null;
    }

    /** Whether what is missed is loaded. */
    boolean isReadThrough() {
        return readThrough && loader != null;
    }

    /** The value of a key; null if there is none. */
    @Nullable
    V load(K key) {
        try {
            return requireNonNull(loader).load(key);
        } catch (RuntimeException e) {
            throw loading(e);
        }
    }

    /** The values of those keys that have one. */
    Map<K, V> loadAll(Iterable<? extends K> keys) {
        try {
            Map<K, V> loaded = new HashMap<>(requireNonNull(loader).loadAll(keys));
            loaded.values().removeIf(Objects::isNull);
            loaded.remove(null);
            return loaded;
        } catch (RuntimeException e) {
            throw loading(e);
        }
    }

    static CacheLoaderException loading(Exception e) {
        return e instanceof CacheLoaderException failed ? failed : new CacheLoaderException("a cache loader failed", e);
    }

    void write(K key, V value) {
        if (writer != null) {
            try {
                writer.write(new CachedEntry<>(key, value));
            } catch (RuntimeException e) {
                throw writing(e);
            }
        }
    }

    void delete(K key) {
        if (writer != null) {
            try {
                writer.delete(key);
            } catch (RuntimeException e) {
                throw writing(e);
            }
        }
    }

    private static CacheWriterException writing(Exception e) {
        return e instanceof CacheWriterException failed ? failed : new CacheWriterException("a cache writer failed", e);
    }

    /** What became of writing several at once: those not written, and why; null if all were. */
    record Written<T>(Collection<T> left, @Nullable CacheWriterException failure) {
        void throwFailure() {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Writes entries; a writer that fails leaves those in the collection that it has not written. */
    Written<Cache.Entry<? extends K, ? extends V>> writeAll(Map<? extends K, ? extends V> entries) {
        List<Cache.Entry<? extends K, ? extends V>> left = new ArrayList<>();
        if (writer == null) {
            return new Written<>(left, null);
        }
        entries.forEach((key, value) -> left.add(new CachedEntry<>(key, value)));
        try {
            writeAll(left);
            left.clear();
            return new Written<>(left, null);
        } catch (RuntimeException e) {
            return new Written<>(left, writing(e));
        }
    }

    @SuppressWarnings("unchecked") // a writer takes supertypes of the cache's types
    private void writeAll(Collection<Cache.Entry<? extends K, ? extends V>> entries) {
        ((CacheWriter<K, V>) requireNonNull(writer)).writeAll(entries);
    }

    /** Deletes keys; a writer that fails leaves those in the collection that it has not deleted. */
    Written<K> deleteAll(Collection<? extends K> keys) {
        List<K> left = new ArrayList<>(keys);
        if (writer == null) {
            return new Written<>(List.of(), null);
        }
        try {
            writer.deleteAll(left);
            return new Written<>(List.of(), null);
        } catch (RuntimeException e) {
            return new Written<>(left, writing(e));
        }
    }

    void close() {
        Closing.quietly(loader);
        Closing.quietly(writer);
    }
}
