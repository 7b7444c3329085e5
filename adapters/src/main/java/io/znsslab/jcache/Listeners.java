package io.znsslab.jcache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a cache. Each gets its events one after the other, in the order in which they happened, on a thread
 * that is not the caller's; a caller waits for those of synchronous listeners once it has left the key's lock, unless
 * it is a listener itself. Thread-safe.
 */
final class Listeners<K, V> {
    private static final System.Logger LOGGER = System.getLogger(Listeners.class.getName());
    private static final Executor THREADS = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("zns-slab-jcache-listener").factory());

    /** Whether this thread runs a listener: one that waited for its own next event would wait for itself. */
    private static final ScopedValue<Boolean> LISTENING = ScopedValue.newInstance();

    /** One listener, and what is under way for it. */
    private final class Registered {
        private final CacheEntryListenerConfiguration<K, V> configuration;
        private final CacheEntryListener<? super K, ? super V> listener;
        private final @Nullable CacheEntryEventFilter<? super K, ? super V> filter;
        private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        Registered(CacheEntryListenerConfiguration<K, V> configuration) {
            this.configuration = configuration;
            listener = configuration.getCacheEntryListenerFactory().create();
            Factory<CacheEntryEventFilter<? super K, ? super V>> filters =
                    configuration.getCacheEntryEventFilterFactory();
            filter = filters == null ? null : filters.create();
        }

        boolean takes(EventType type) {
            return switch (type) {
                case CREATED -> listener instanceof CacheEntryCreatedListener;
                case UPDATED -> listener instanceof CacheEntryUpdatedListener;
                case REMOVED -> listener instanceof CacheEntryRemovedListener;
                case EXPIRED -> listener instanceof CacheEntryExpiredListener;
            };
        }

        synchronized CompletableFuture<Void> publish(CacheEvent<K, V> event) {
            // What became of the events before is not this one's concern.
            CompletableFuture<Void> told = last.exceptionally(_ -> null)
                    .thenRunAsync(() -> ScopedValue.where(LISTENING, true).run(() -> tell(event)), THREADS);
            last = told;
            return told;
        }

        @SuppressWarnings("unchecked") // a listener takes supertypes of the cache's types
        private void tell(CacheEvent<K, V> event) {
            try {
                if (filter != null && !((CacheEntryEventFilter<K, V>) filter).evaluate(event)) {
                    return;
                }
                Iterable<CacheEntryEvent<? extends K, ? extends V>> events = List.of(event);
                CacheEntryListener<? super K, ? super V> to = listener;
                switch (event.getEventType()) {
                    case CREATED -> ((CacheEntryCreatedListener<K, V>) to).onCreated(events);
                    case UPDATED -> ((CacheEntryUpdatedListener<K, V>) to).onUpdated(events);
                    case REMOVED -> ((CacheEntryRemovedListener<K, V>) to).onRemoved(events);
                    case EXPIRED -> ((CacheEntryExpiredListener<K, V>) to).onExpired(events);
                }
            } catch (RuntimeException e) {
                if (!configuration.isSynchronous()) {
                    LOGGER.log(System.Logger.Level.WARNING, "a listener of a cache failed", e);
                }
                throw e instanceof CacheEntryListenerException ? e : new CacheEntryListenerException(e);
            }
        }

        void close() {
            Closing.quietly(listener);
            Closing.quietly(filter);
        }
    }

    /** The events of one operation. For one thread. */
    final class Events {
        private final List<CompletableFuture<Void>> awaited = new ArrayList<>(1);

        /** Whether anybody wants to know the value before. */
        boolean wantOldValue(EventType type) {
            return all.stream().anyMatch(registered -> registered.takes(type));
        }

        void publish(EventType type, K key, @Nullable V value, @Nullable V oldValue) {
            if (all.isEmpty()) {
                return;
            }
            CacheEvent<K, V> event = new CacheEvent<>(source, type, key, value, oldValue);
            for (Registered registered : all) {
                if (registered.takes(type)) {
                    CompletableFuture<Void> told = registered.publish(event);
                    if (registered.configuration.isSynchronous()) {
                        awaited.add(told);
                    }
                }
            }
        }

        /**
         * Waits until the synchronous listeners have got their events.
         *
         * @throws CacheEntryListenerException if one of them throws
         */
        void await() {
            if (awaited.isEmpty() || LISTENING.isBound()) {
                return;
            }
            try {
                CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new))
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof CacheEntryListenerException failed
                        ? failed
                        : new CacheEntryListenerException(e.getCause());
            }
        }
    }

    private final javax.cache.Cache<K, V> source;
    private final List<Registered> all = new CopyOnWriteArrayList<>();

    Listeners(javax.cache.Cache<K, V> source) {
        this.source = source;
    }

    Events events() {
        return new Events();
    }

    void register(CacheEntryListenerConfiguration<K, V> configuration) {
        all.add(new Registered(configuration));
    }

    void deregister(CacheEntryListenerConfiguration<K, V> configuration) {
        List<Registered> ended = all.stream()
                .filter(registered -> registered.configuration.equals(configuration))
                .toList();
        all.removeAll(ended);
        ended.forEach(Registered::close);
    }

    void close() {
        all.forEach(Registered::close);
        all.clear();
    }
}
