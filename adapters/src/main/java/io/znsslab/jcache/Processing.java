package io.znsslab.jcache;

import static java.util.Objects.requireNonNull;

import io.znsslab.jcache.store.Stored;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/** Runs entry processors on the entries of a cache. Thread-safe. */
final class Processing<K, V> {
    private final Workings<K, V> workings;
    private final Entries<K, V> entries;
    private final Resource<K, V> resource;
    private final Statistics statistics;

    Processing(Workings<K, V> workings) {
        this.workings = workings;
        entries = workings.entries();
        resource = workings.resource();
        statistics = workings.statistics();
    }

    <T extends @Nullable Object> T invoke(K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments)
            throws EntryProcessorException {
        return workings.locked(key, events -> process(key, entryProcessor, arguments, events));
    }

    private <T extends @Nullable Object> T process(
            K key, EntryProcessor<K, V, T> processor, Object[] arguments, Listeners<K, V>.Events events) {
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
                () -> entries.read(key, requireNonNull(entry)),
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

    private void apply(K key, @Nullable Stored entry, ProcessedEntry<K, V> processed, Listeners<K, V>.Events events) {
        switch (processed.change()) {
            case NONE -> {}
            case READ -> entries.accessed(key, requireNonNull(entry));
            case LOADED -> {
                var _ = entries.create(key, processed.value(), events);
            }
            case SET -> {
                resource.write(key, processed.value());
                workings.put(key, processed.value(), events);
            }
            case REMOVED -> {
                resource.delete(key);
                workings.remove(key, events);
            }
        }
    }

    <T> Map<K, EntryProcessorResult<T>> invokeAll(
            Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
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
}
