package io.znsslab.jcache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalListener;
import io.znsslab.jcache.store.Stored;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** The index of a cache with a bound: Caffeine decides which entries stay. */
final class BoundedIndex {
    private BoundedIndex() {}

    /**
     * A new index.
     *
     * @param evicted called for each entry that Caffeine has taken out
     */
    static <K> ConcurrentMap<K, Stored> of(SlabCacheConfiguration<?, ?> bounds, Consumer<Stored> evicted) {
        RemovalListener<K, Stored> listener = (_, entry, _) -> evicted.accept(Objects.requireNonNull(entry));
        Caffeine<Object, Object> builder = Caffeine.newBuilder().executor(Runnable::run);
        if (bounds.getMaximumBytes() == Long.MAX_VALUE) {
            builder.maximumSize(bounds.getMaximumEntries());
            return builder.evictionListener(listener).<K, Stored>build().asMap();
        }
        Caffeine<K, Stored> weighing =
                builder.maximumWeight(bounds.getMaximumBytes()).weigher((K _, Stored entry) -> entry.storedBytes());
        return weighing.evictionListener(listener).<K, Stored>build().asMap();
    }
}
