package io.znsslab.jcache;

import java.util.Objects;
import java.util.function.Supplier;
import javax.cache.processor.MutableEntry;

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
    private final Supplier<V> before;
    private final Supplier<V> load;
    private Change change = Change.NONE;
    private V value;

    /**
     * An entry that was not looked at.
     *
     * @param existed whether there is an entry
     * @param before its value
     * @param load loads a value; answers null where nothing is loaded
     */
    ProcessedEntry(K key, boolean existed, Supplier<V> before, Supplier<V> load) {
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
    public V getValue() {
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
        value = Objects.requireNonNull(newValue, "value must not be null");
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

    V value() {
        return value;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrapping.of(this, type);
    }
}
