package io.znsslab.jcache;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.jcache.store.EntryStore;
import io.znsslab.jcache.store.StoreSettings;
import io.znsslab.tier.ZnsTier;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/** A cache manager: caches that share a store. Thread-safe. */
final class SlabCaches implements CacheManager {
    private static final String MAXIMUM = "maximum";
    private static final String MAXIMUM_ENTRIES = "maximum-entries";

    private final SlabCachingProvider provider;
    private final URI uri;
    private final WeakReference<ClassLoader> classLoader;
    private final Properties properties;
    private final StoreSettings settings;
    private final Map<String, SlabCache<?, ?>> caches = new ConcurrentHashMap<>();
    // under the monitor
    private @Nullable EntryStore store;
    private volatile boolean closed;

    SlabCaches(SlabCachingProvider provider, URI uri, ClassLoader classLoader, Properties properties) {
        this.provider = provider;
        this.uri = uri;
        this.classLoader = new WeakReference<>(classLoader);
        this.properties = new Properties();
        properties
                .stringPropertyNames()
                .forEach(name -> this.properties.setProperty(name, properties.getProperty(name)));
        settings = StoreSettings.of(uri, this.properties);
    }

    /** The class loader that classes of keys and values come from. */
    ClassLoader classLoader() {
        ClassLoader loader = classLoader.get();
        return loader == null ? SlabCaches.class.getClassLoader() : loader;
    }

    @Override
    public <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(String name, C configuration) {
        ensureOpen();
        Objects.requireNonNull(name, "name of a cache must not be null");
        Objects.requireNonNull(configuration, "configuration of a cache must not be null");
        synchronized (this) {
            ensureOpen();
            if (caches.containsKey(name)) {
                throw new CacheException("there is a cache " + name + " already: get it, or destroy it first");
            }
            SlabCache<K, V> cache = new SlabCache<>(this, name, complete(name, configuration), store());
            caches.put(name, cache);
            return cache;
        }
    }

    /** A copy of the configuration, with the bounds that the manager's properties set. */
    private <K, V> SlabCacheConfiguration<K, V> complete(String name, Configuration<K, V> given) {
        if (!given.isStoreByValue()) {
            throw new UnsupportedOperationException(
                    "cache " + name + " can't store by reference: values lie off the heap, as bytes");
        }
        SlabCacheConfiguration<K, V> complete = new SlabCacheConfiguration<>(
                given instanceof CompleteConfiguration<K, V> whole
                        ? whole
                        : new MutableConfiguration<K, V>().setTypes(given.getKeyType(), given.getValueType()));
        String prefix = StoreSettings.CACHE_PREFIX + name + ".";
        for (String property : properties.stringPropertyNames()) {
            if (property.startsWith(prefix)) {
                long bound = StoreSettings.size(property, properties.getProperty(property));
                switch (property.substring(prefix.length())) {
                    case MAXIMUM -> complete.setMaximumBytes(bound);
                    case MAXIMUM_ENTRIES -> complete.setMaximumEntries(bound);
                    default -> {} // of a cache whose name goes on after a dot
                }
            }
        }
        if (complete.getMaximumBytes() != Long.MAX_VALUE && complete.getMaximumEntries() != Long.MAX_VALUE) {
            throw new CacheException("cache " + name + " has two bounds: give bytes or entries");
        }
        return complete;
    }

    /** Checks that all tables of the store agree. For tests, while nothing else is under way. */
    void checkInvariants() {
        synchronized (this) {
            store().checkInvariants();
        }
    }

    private EntryStore store() {
        if (store == null) {
            try {
                store = EntryStore.open(settings);
            } catch (ZnsSlabException | IllegalArgumentException e) {
                throw new CacheException(
                        "the store of cache manager " + uri + " can't be opened: " + e.getMessage(), e);
            }
        }
        return store;
    }

    @Override
    @SuppressWarnings("unchecked") // the types were compared
    public <K, V> @Nullable Cache<K, V> getCache(String name, Class<K> keyType, Class<V> valueType) {
        ensureOpen();
        Objects.requireNonNull(keyType, "type of the keys must not be null");
        Objects.requireNonNull(valueType, "type of the values must not be null");
        SlabCache<?, ?> cache = caches.get(Objects.requireNonNull(name, "name of a cache must not be null"));
        if (cache == null) {
            return null;
        }
        requireType(cache, cache.configuration().getKeyType(), keyType, "keys");
        requireType(cache, cache.configuration().getValueType(), valueType, "values");
        return (Cache<K, V>) cache;
    }

    private static void requireType(Cache<?, ?> cache, Class<?> configured, Class<?> wanted, String what) {
        if (configured != wanted) {
            throw new ClassCastException("cache " + cache.getName() + " has " + what + " of " + configured.getName()
                    + ", not of " + wanted.getName());
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the caller says so
    public <K, V> @Nullable Cache<K, V> getCache(String name) {
        ensureOpen();
        return (Cache<K, V>) caches.get(Objects.requireNonNull(name, "name of a cache must not be null"));
    }

    @Override
    public Iterable<String> getCacheNames() {
        ensureOpen();
        return List.copyOf(caches.keySet());
    }

    @Override
    public void destroyCache(String name) {
        ensureOpen();
        SlabCache<?, ?> cache = caches.get(Objects.requireNonNull(name, "name of a cache must not be null"));
        if (cache != null) {
            cache.destroy();
        }
    }

    void forget(SlabCache<?, ?> cache) {
        caches.remove(cache.getName(), cache);
    }

    @Override
    public void enableManagement(String name, boolean enabled) {
        cacheToManage(name, cache -> cache.enableManagement(enabled));
    }

    @Override
    public void enableStatistics(String name, boolean enabled) {
        cacheToManage(name, cache -> cache.enableStatistics(enabled));
    }

    private void cacheToManage(String name, java.util.function.Consumer<SlabCache<?, ?>> action) {
        ensureOpen();
        SlabCache<?, ?> cache = caches.get(Objects.requireNonNull(name, "name of a cache must not be null"));
        if (cache != null) {
            action.accept(cache);
        }
    }

    @Override
    public CachingProvider getCachingProvider() {
        return provider;
    }

    @Override
    public URI getURI() {
        return uri;
    }

    @Override
    public @Nullable ClassLoader getClassLoader() {
        return classLoader.get();
    }

    @Override
    public Properties getProperties() {
        return properties;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the cache manager " + uri + " is closed");
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Closes its caches and its store; with a device, everything is on that when this returns. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            caches.values().forEach(Cache::close);
            if (store != null) {
                store.close();
            }
        }
        provider.forget(this);
    }

    /**
     * Also unwraps to the allocator and the tier of its store, for what they measure: {@code SlabAllocator.class},
     * {@code ZnsTier.class}. Opens the store if no cache was created yet.
     */
    @Override
    public <T> T unwrap(Class<T> type) {
        if (type == SlabAllocator.class || type == ZnsTier.class) {
            ensureOpen();
            synchronized (this) {
                return Unwrapping.of(type == ZnsTier.class ? store().tier() : store().allocator(), type);
            }
        }
        return Unwrapping.of(this, type);
    }
}
