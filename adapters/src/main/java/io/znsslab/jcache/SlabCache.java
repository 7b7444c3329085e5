package io.znsslab.jcache;

import io.znsslab.jcache.store.EntryStore;
import io.znsslab.jcache.store.Shelf;
import io.znsslab.jcache.store.Stored;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;

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
    private final Entries<K, V> entries;
    private final Resource<K, V> resource;
    private final Expiries expiries;
    private final Statistics statistics = new Statistics();
    private final Listeners<K, V> listeners = new Listeners<>(this);
    private final KeyLocks locks = new KeyLocks();
    private volatile boolean closed;

    SlabCache(SlabCaches caches, String name, SlabCacheConfiguration<K, V> configuration, EntryStore store) {
        this.caches = caches;
        this.name = name;
        this.configuration = configuration;
        Codec codec = new Codec(caches::classLoader);
        resource = new Resource<>(configuration);
        expiries = new Expiries(configuration.getExpiryPolicyFactory().create());
        ConcurrentMap<K, Stored> index = index();
        shelf = store.shelf(name, index, codec::<K>decode, statistics::eviction);
        entries = new Entries<>(index, shelf, codec, expiries, statistics);
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

    // --- reading

    @Override
    public V get(K key) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
        long begun = statistics.begin();
        V value = hit(key);
        if (value == null) {
            value = locked(key, events -> miss(key, events));
        }
        statistics.got(begun);
        return value;
    }

    /** The value of an entry that is there, without a lock. */
    private V hit(K key) {
        Stored entry = entries.find(key);
        V value = entry == null ? null : entries.read(key, entry);
        if (value != null) {
            statistics.hit();
            entries.accessed(key, entry);
        }
        return value;
    }

    private V miss(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        V value = entry == null ? null : entries.read(key, entry);
        if (value != null) {
            statistics.hit();
            entries.accessed(key, entry);
            return value;
        }
        statistics.miss();
        V loaded = resource.isReadThrough() ? resource.load(key) : null;
        if (loaded != null) {
            entries.create(key, loaded, events);
        }
        return loaded;
    }

    @Override
    public Map<K, V> getAll(Set<? extends K> keys) {
        ensureOpen();
        requireNoneNull(keys);
        Map<K, V> found = new HashMap<>();
        Set<K> missed = new HashSet<>();
        for (K key : keys) {
            long begun = statistics.begin();
            V value = hit(key);
            if (value != null) {
                found.put(key, value);
            } else {
                missed.add(key);
                var _ = locked(key, events -> entries.findOrExpire(key, events));
                statistics.miss();
            }
            statistics.got(begun);
        }
        if (resource.isReadThrough() && !missed.isEmpty()) {
            resource.loadAll(missed).forEach((key, value) -> {
                if (missed.contains(key)) {
                    found.put(key, value);
                    putLoaded(key, value, false);
                }
            });
        }
        return found;
    }

    private static void requireNoneNull(Set<?> keys) {
        for (Object key : Objects.requireNonNull(keys, "keys must not be null")) {
            Objects.requireNonNull(key, "no key may be null");
        }
    }

    @Override
    public boolean containsKey(K key) {
        ensureOpen();
        return entries.find(Objects.requireNonNull(key, "key must not be null")) != null;
    }

    @Override
    public void loadAll(Set<? extends K> keys, boolean replaceExistingValues, CompletionListener completionListener) {
        ensureOpen();
        requireNoneNull(keys);
        Set<K> wanted = new HashSet<>(keys);
        if (!resource.canLoad()) {
            if (completionListener != null) {
                completionListener.onCompletion();
            }
            return;
        }
        var _ = Thread.ofVirtual().name("zns-slab-jcache-loader").start(() -> {
            try {
                wanted.removeIf(key -> !replaceExistingValues && entries.find(key) != null);
                if (!wanted.isEmpty()) {
                    resource.loadAll(wanted).forEach((key, value) -> putLoaded(key, value, replaceExistingValues));
                }
            } catch (RuntimeException e) {
                if (completionListener != null) {
                    completionListener.onException(Resource.loading(e));
                }
                return;
            }
            if (completionListener != null) {
                completionListener.onCompletion();
            }
        });
    }

    private void putLoaded(K key, V value, boolean replace) {
        var _ = locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            if (entry == null) {
                return entries.create(key, value, events);
            }
            if (replace) {
                entries.update(key, entry, value, events);
            }
            return replace;
        });
    }

    // --- writing

    @Override
    public void put(K key, V value) {
        requireTyped(key, value);
        long begun = statistics.begin();
        var _ = locked(key, events -> {
            resource.write(key, value);
            return putEntry(key, value, events);
        });
        statistics.putSince(begun);
    }

    /** Puts an entry in, whatever was there. */
    private boolean putEntry(K key, V value, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        boolean put = true;
        if (entry == null) {
            put = entries.create(key, value, events);
        } else {
            entries.update(key, entry, value, events);
        }
        if (put) {
            statistics.put();
        }
        return put;
    }

    @Override
    public V getAndPut(K key, V value) {
        requireTyped(key, value);
        long begun = statistics.begin();
        V before = locked(key, events -> {
            V old = valueNow(key, events);
            resource.write(key, value);
            countGet(old);
            putEntry(key, value, events);
            return old;
        });
        statistics.got(begun);
        statistics.putSince(begun);
        return before;
    }

    /** The value of an entry that is there; no access to it. */
    private V valueNow(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        return entry == null ? null : entries.read(key, entry);
    }

    private void countGet(V value) {
        if (value == null) {
            statistics.miss();
        } else {
            statistics.hit();
        }
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> map) {
        ensureOpen();
        Objects.requireNonNull(map, "map must not be null").forEach(this::requireTyped);
        long begun = statistics.begin();
        Resource.Written<Cache.Entry<? extends K, ? extends V>> written = resource.writeAll(map);
        Set<K> failed = new HashSet<>();
        written.left().forEach(entry -> failed.add(entry.getKey()));
        map.forEach((key, value) -> {
            if (!failed.contains(key)) {
                var _ = locked((K) key, events -> putEntry(key, value, events));
            }
        });
        statistics.putSince(begun);
        written.throwFailure();
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        requireTyped(key, value);
        long begun = statistics.begin();
        boolean put = locked(key, events -> {
            if (entries.findOrExpire(key, events) != null) {
                statistics.hit();
                return false;
            }
            statistics.miss();
            resource.write(key, value);
            boolean created = entries.create(key, value, events);
            if (created) {
                statistics.put();
            }
            return created;
        });
        statistics.got(begun);
        if (put) {
            statistics.putSince(begun);
        }
        return put;
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        requireTyped(key, newValue);
        Objects.requireNonNull(oldValue, "old value must not be null");
        long begun = statistics.begin();
        boolean replaced = locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            countGet(value);
            if (!oldValue.equals(value)) {
                if (value != null) {
                    entries.accessed(key, entry);
                }
                return false;
            }
            resource.write(key, newValue);
            entries.update(key, entry, newValue, events);
            statistics.put();
            return true;
        });
        statistics.got(begun);
        if (replaced) {
            statistics.putSince(begun);
        }
        return replaced;
    }

    @Override
    public boolean replace(K key, V value) {
        requireTyped(key, value);
        long begun = statistics.begin();
        boolean replaced = locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            if (entry == null) {
                statistics.miss();
                return false;
            }
            statistics.hit();
            resource.write(key, value);
            entries.update(key, entry, value, events);
            statistics.put();
            return true;
        });
        statistics.got(begun);
        if (replaced) {
            statistics.putSince(begun);
        }
        return replaced;
    }

    @Override
    public V getAndReplace(K key, V value) {
        requireTyped(key, value);
        long begun = statistics.begin();
        V before = locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V old = entry == null ? null : entries.read(key, entry);
            countGet(old);
            if (old != null) {
                resource.write(key, value);
                entries.update(key, entry, value, events);
                statistics.put();
            }
            return old;
        });
        statistics.got(begun);
        if (before != null) {
            statistics.putSince(begun);
        }
        return before;
    }

    // --- removing

    @Override
    public boolean remove(K key) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
        long begun = statistics.begin();
        boolean removed = locked(key, events -> {
            resource.delete(key);
            return removeEntry(key, events);
        });
        statistics.removedSince(begun);
        return removed;
    }

    private boolean removeEntry(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        if (entry == null) {
            return false;
        }
        entries.remove(key, entry, events);
        statistics.removal();
        return true;
    }

    @Override
    public boolean remove(K key, V oldValue) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
        Objects.requireNonNull(oldValue, "old value must not be null");
        long begun = statistics.begin();
        boolean removed = locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            countGet(value);
            if (!oldValue.equals(value)) {
                if (value != null) {
                    entries.accessed(key, entry);
                }
                return false;
            }
            resource.delete(key);
            entries.removeKnown(key, entry, value, events);
            statistics.removal();
            return true;
        });
        statistics.got(begun);
        if (removed) {
            statistics.removedSince(begun);
        }
        return removed;
    }

    @Override
    public V getAndRemove(K key) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
        long begun = statistics.begin();
        V before = locked(key, events -> {
            resource.delete(key);
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            countGet(value);
            if (value != null) {
                entries.removeKnown(key, entry, value, events);
                statistics.removal();
            }
            return value;
        });
        statistics.got(begun);
        if (before != null) {
            statistics.removedSince(begun);
        }
        return before;
    }

    @Override
    public void removeAll(Set<? extends K> keys) {
        ensureOpen();
        requireNoneNull(keys);
        long begun = statistics.begin();
        Resource.Written<K> deleted = resource.deleteAll(new HashSet<K>(keys));
        Set<K> failed = new HashSet<>(deleted.left());
        for (K key : keys) {
            if (!failed.contains(key)) {
                var _ = locked(key, events -> removeEntry(key, events));
            }
        }
        statistics.removedSince(begun);
        deleted.throwFailure();
    }

    @Override
    public void removeAll() {
        ensureOpen();
        Set<K> keys = new HashSet<>();
        entries.keys().forEachRemaining(key -> {
            if (locked(key, events -> entries.findOrExpire(key, events)) != null) {
                keys.add(key);
            }
        });
        if (!keys.isEmpty()) {
            removeAll(keys);
        }
    }

    @Override
    public void clear() {
        ensureOpen();
        entries.clear();
    }

    // --- processing

    @Override
    public <T> T invoke(K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments)
            throws EntryProcessorException {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
        Objects.requireNonNull(entryProcessor, "entry processor must not be null");
        return locked(key, events -> process(key, entryProcessor, arguments, events));
    }

    private <T> T process(K key, EntryProcessor<K, V, T> processor, Object[] arguments, Listeners<K, V>.Events events) {
        long begun = statistics.begin();
        Stored entry = entries.findOrExpire(key, events);
        if (entry == null) {
            statistics.miss();
        } else {
            statistics.hit();
        }
        statistics.got(begun);
        ProcessedEntry<K, V> processed = new ProcessedEntry<>(
                key,
                entry != null,
                () -> entries.read(key, entry),
                () -> resource.isReadThrough() ? resource.load(key) : null);
        try {
            T result = processor.process(processed, arguments);
            apply(key, entry, processed, events);
            return result;
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new EntryProcessorException("an entry processor failed on key " + key, e);
        }
    }

    private void apply(K key, Stored entry, ProcessedEntry<K, V> processed, Listeners<K, V>.Events events) {
        switch (processed.change()) {
            case NONE -> {}
            case READ -> entries.accessed(key, entry);
            case LOADED -> {
                var _ = entries.create(key, processed.value(), events);
            }
            case SET -> {
                resource.write(key, processed.value());
                putEntry(key, processed.value(), events);
            }
            case REMOVED -> {
                resource.delete(key);
                removeEntry(key, events);
            }
        }
    }

    @Override
    public <T> Map<K, EntryProcessorResult<T>> invokeAll(
            Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
        ensureOpen();
        requireNoneNull(keys);
        Objects.requireNonNull(entryProcessor, "entry processor must not be null");
        Map<K, EntryProcessorResult<T>> results = new HashMap<>();
        for (K key : keys) {
            try {
                T result = invoke(key, entryProcessor, arguments);
                if (result != null) {
                    results.put(key, () -> result);
                }
            } catch (RuntimeException e) {
                EntryProcessorException failure =
                        e instanceof EntryProcessorException failed ? failed : new EntryProcessorException(e);
                results.put(key, () -> {
                    throw failure;
                });
            }
        }
        return results;
    }

    // --- the cache itself

    private <T> T locked(K key, Function<Listeners<K, V>.Events, T> operation) {
        Listeners<K, V>.Events events = listeners.events();
        ReentrantLock lock = locks.of(key);
        T result;
        lock.lock();
        try {
            result = operation.apply(events);
        } finally {
            lock.unlock();
        }
        events.await();
        return result;
    }

    private void requireTyped(K key, V value) {
        ensureOpen();
        Objects.requireNonNull(key, "key must not be null");
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
        return new EntryIterator();
    }

    private final class EntryIterator implements Iterator<Cache.Entry<K, V>> {
        private final Iterator<K> keys = entries.keys();
        private Cache.Entry<K, V> next;
        private Stored nextStored;
        private K last;

        @Override
        public boolean hasNext() {
            while (next == null && keys.hasNext()) {
                K key = keys.next();
                nextStored = entries.find(key);
                V value = nextStored == null ? null : entries.read(key, nextStored);
                if (value != null) {
                    next = new CachedEntry<>(key, value);
                }
            }
            return next != null;
        }

        @Override
        public Cache.Entry<K, V> next() {
            ensureOpen();
            if (!hasNext()) {
                throw new NoSuchElementException("cache " + name + " has no more entries");
            }
            Cache.Entry<K, V> entry = next;
            next = null;
            last = entry.getKey();
            statistics.hit();
            entries.accessed(last, nextStored);
            return entry;
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("no entry was shown that could be removed");
            }
            SlabCache.this.remove(last);
            last = null;
        }
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

    private void ensureOpen() {
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
        resource.close();
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
