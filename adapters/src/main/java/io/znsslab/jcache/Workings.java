package io.znsslab.jcache;

import io.znsslab.jcache.store.Stored;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the operations of a cache work with, and the lock in which they change an entry. Thread-safe. */
record Workings<K, V>(
        Entries<K, V> entries,
        Resource<K, V> resource,
        Statistics statistics,
        Listeners<K, V> listeners,
        KeyLocks locks) {

    /** Runs an operation with its key's lock; then waits, without it, until synchronous listeners know. */
    <T extends @Nullable Object> T locked(K key, Function<Listeners<K, V>.Events, T> operation) {
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

    /**
     * Puts an entry in, whatever was there. With the key's lock.
     *
     * @return false if it has expired at once
     */
    boolean put(K key, V value, Listeners<K, V>.Events events) {
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

    /**
     * Takes an entry out. With the key's lock.
     *
     * @return false if there was none
     */
    boolean remove(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        if (entry == null) {
            return false;
        }
        entries.remove(key, entry, events);
        statistics.removal();
        return true;
    }
}
