package io.znsslab.jcache;

import io.znsslab.jcache.store.EntryStore;
import io.znsslab.jcache.store.Shelf;
import io.znsslab.jcache.store.Stored;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * A cache whose values lie in epochs of its manager's store. Thread-safe.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
final class SlabCache<K, V> implements Cache<K, V> {
    private final SlabCaches caches;
    private final String name;
    private final SlabCacheConfiguration<K, V> configuration;
    private final Shelf<K> shelf;
    private final Expiries expiries;
    private final Workings<K, V> workings;
    private final Reading<K, V> reading;
    private final Writing<K, V> writing;
    private final Removing<K, V> removing;
    private final Processing<K, V> processing;
    private final Statistics statistics = new Statistics();
    private final Listeners<K, V> listeners = new Listeners<>(this);
    private volatile boolean closed;

    SlabCache(SlabCaches caches, String name, SlabCacheConfiguration<K, V> configuration, EntryStore store) {
        this.caches = caches;
        this.name = name;
        this.configuration = configuration;
        Codec codec = new Codec(caches::classLoader);
        expiries = new Expiries(configuration.getExpiryPolicyFactory().create());
        ConcurrentMap<K, Stored> index = index();
        shelf = store.shelf(name, index, codec::<K>decode, statistics::eviction);
        workings = new Workings<>(
                new Entries<>(index, shelf, codec, expiries, statistics),
                new Resource<>(configuration),
                statistics,
                listeners,
                new KeyLocks());
        reading = new Reading<>(workings);
        writing = new Writing<>(workings);
        removing = new Removing<>(workings);
        processing = new Processing<>(workings);
        configuration.getCacheEntryListenerConfigurations().forEach(listeners::register);
        enableStatistics(configuration.isStatisticsEnabled());
        enableManagement(configuration.isManagementEnabled());
    }

    private ConcurrentMap<K, Stored> index() {
        if (configuration.getMaximumBytes() == Long.MAX_VALUE && configuration.getMaximumEntries() == Long.MAX_VALUE) {
            return new ConcurrentHashMap<>();
        }
        try {
            return BoundedIndex.of(configuration, this::evicted);
        } catch (NoClassDefFoundError e) {
            throw new CacheException(
                    "cache " + name + " has a bound, for which com.github.ben-manes.caffeine:caffeine must be there",
                    e);
        }
    }

    private void evicted(Stored entry) {
        shelf.free(entry);
        statistics.eviction();
    }

    @Override
    public @Nullable V get(K key) {
        requireKey(key);
        return reading.get(key);
    }

    @Override
    public Map<K, V> getAll(Set<? extends K> keys) {
        requireKeys(keys);
        return reading.getAll(keys);
    }

    @Override
    public boolean containsKey(K key) {
        requireKey(key);
        return workings.entries().find(key) != null;
    }

    @Override
    public void loadAll(
            Set<? extends K> keys, boolean replaceExistingValues, @Nullable CompletionListener completionListener) {
        requireKeys(keys);
        reading.loadAll(keys, replaceExistingValues, completionListener);
    }

    @Override
    public void put(K key, V value) {
        requireTyped(key, value);
        writing.put(key, value);
    }

    @Override
    public @Nullable V getAndPut(K key, V value) {
        requireTyped(key, value);
        return writing.getAndPut(key, value);
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> map) {
        ensureOpen();
        Objects.requireNonNull(map, "map must not be null").forEach(this::requireTyped);
        writing.putAll(map);
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        requireTyped(key, value);
        return writing.putIfAbsent(key, value);
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        requireTyped(key, newValue);
        Objects.requireNonNull(oldValue, "old value must not be null");
        return writing.replace(key, oldValue, newValue);
    }

    @Override
    public boolean replace(K key, V value) {
        requireTyped(key, value);
        return writing.replace(key, value);
    }

    @Override
    public @Nullable V getAndReplace(K key, V value) {
        requireTyped(key, value);
        return writing.getAndReplace(key, value);
    }

    @Override
    public boolean remove(K key) {
        requireKey(key);
        return removing.remove(key);
    }

    @Override
    public boolean remove(K key, V oldValue) {
        requireKey(key);
        Objects.requireNonNull(oldValue, "old value must not be null");
        return removing.remove(key, oldValue);
    }

    @Override
    public @Nullable V getAndRemove(K key) {
        requireKey(key);
        return removing.getAndRemove(key);
    }

    @Override
    public void removeAll(Set<? extends K> keys) {
        requireKeys(keys);
        removing.removeAll(keys);
    }

    @Override
    public void removeAll() {
        ensureOpen();
        removing.removeAll();
    }

    @Override
    public void clear() {
        ensureOpen();
        workings.entries().clear();
    }

    @Override
    public <T extends @Nullable Object> T invoke(K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
        requireKey(key);
        Objects.requireNonNull(entryProcessor, "entry processor must not be null");
        return processing.invoke(key, entryProcessor, arguments);
    }

    @Override
    public <T> Map<K, EntryProcessorResult<T>> invokeAll(
            Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
        requireKeys(keys);
        Objects.requireNonNull(entryProcessor, "entry processor must not be null");
        return processing.invokeAll(keys, entryProcessor, arguments);
    }

    private void requireKey(K key) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
    }

    private void requireKeys(Set<? extends K> keys) {
        ensureOpen();
        for (K key : Objects.requireNonNull(keys, "keys must not be null")) {
            Objects.requireNonNull(key, "no key may be null");
        }
    }

    private void requireTyped(K key, V value) {
        requireKey(key);
        Objects.requireNonNull(value, "value must not be null");
        requireType(configuration.getKeyType(), key, "key");
        requireType(configuration.getValueType(), value, "value");
    }

    private void requireType(Class<?> type, Object object, String what) {
        if (!type.isInstance(object)) {
            throw new ClassCastException("a " + what + " of cache " + name + " must be a " + type.getName() + ": "
                    + object.getClass().getName());
        }
    }

    @Override
    public Iterator<Cache.Entry<K, V>> iterator() {
        ensureOpen();
        return new EntryIterator<>(this, workings.entries(), statistics);
    }

    @Override
    public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
        ensureOpen();
        configuration.addCacheEntryListenerConfiguration(listener);
        listeners.register(listener);
    }

    @Override
    public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
        ensureOpen();
        Objects.requireNonNull(listener, "listener configuration must not be null");
        configuration.removeCacheEntryListenerConfiguration(listener);
        listeners.deregister(listener);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public CacheManager getCacheManager() {
        return caches;
    }

    /** Its configuration; the caller changes nothing in it. */
    CompleteConfiguration<K, V> configuration() {
        return configuration;
    }

    @Override
    public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
        SlabCacheConfiguration<K, V> copy = new SlabCacheConfiguration<>(configuration);
        return Unwrapping.of(copy, type);
    }

    Statistics statistics() {
        return statistics;
    }

    void enableStatistics(boolean enable) {
        configuration.setStatisticsEnabled(enable);
        statistics.enable(enable);
        if (enable) {
            ManagedBeans.register(this, statistics);
        } else {
            ManagedBeans.unregisterStatistics(this);
        }
    }

    void enableManagement(boolean enable) {
        configuration.setManagementEnabled(enable);
        if (enable) {
            ManagedBeans.register(this, new ConfigurationView(configuration));
        } else {
            ManagedBeans.unregisterConfiguration(this);
        }
    }

    void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("cache " + name + " is closed");
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (end()) {
            shelf.close();
        }
    }

    /** Closes it, and drops what it holds. */
    void destroy() {
        if (end()) {
            shelf.destroy();
        }
    }

    private synchronized boolean end() {
        if (closed) {
            return false;
        }
        closed = true;
        caches.forget(this);
        workings.resource().close();
        listeners.close();
        Closing.quietly(expiries.policy());
        ManagedBeans.unregisterStatistics(this);
        ManagedBeans.unregisterConfiguration(this);
        return true;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrapping.of(this, type);
    }
}
