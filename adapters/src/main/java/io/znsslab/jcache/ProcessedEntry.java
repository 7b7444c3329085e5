package io.znsslab.jcache;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/** What an entry processor is given: notes what it does, which happens when it has returned. For one thread. */
final class ProcessedEntry<K, V> implements MutableEntry<K, V> {
    /** What is to be done with the entry. */
    enum Change {
        NONE,
        READ,
        LOADED,
        SET,
        REMOVED
    }

    private final K key;
    private final boolean existed;
    private final Supplier<@Nullable V> before;
    private final Supplier<@Nullable V> load;
    private Change change = Change.NONE;
    private @Nullable V value;

    /**
     * An entry that was not looked at.
     *
     * @param existed whether there is an entry
     * @param before its value
     * @param load loads a value; answers null where nothing is loaded
     */
    ProcessedEntry(K key, boolean existed, Supplier<@Nullable V> before, Supplier<@Nullable V> load) {
        this.key = key;
        this.existed = existed;
        this.before = before;
        this.load = load;
    }

    @Override
    public K getKey() {
        return key;
    }

    @Override
    public boolean exists() {
        return switch (change) {
            case NONE -> existed;
            case READ, LOADED, SET -> value != null;
            case REMOVED -> false;
        };
    }

    @Override
    public @Nullable V getValue() {
        if (change == Change.NONE) {
            value = existed ? before.get() : null;
            change = Change.READ;
            if (value == null) {
                value = load.get();
                change = value == null ? Change.NONE : Change.LOADED;
            }
        }
        return change == Change.REMOVED ? null : value;
    }

    @Override
    public void setValue(V newValue) {
        value = requireNonNull(newValue, "value must not be null");
        change = Change.SET;
    }

    @Override
    public void remove() {
        // What was only set here, or loaded here, is not there to be removed.
        change = existed || change == Change.NONE || change == Change.READ ? Change.REMOVED : Change.NONE;
        value = null;
    }

    Change change() {
        return change;
    }

    /** The value that was set or loaded. */
    V value() {
        return requireNonNull(value);
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrapping.of(this, type);
    }
}
