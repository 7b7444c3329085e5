package io.znsslab.jcache;

import org.jspecify.annotations.Nullable;

/** JCache's way to a class of the provider. */
final class Unwrapping {
    private Unwrapping() {}

    /** @throws IllegalArgumentException if the object is of another class */
    static <T> T of(@Nullable Object object, Class<T> type) {
        if (type.isInstance(object)) {
            return type.cast(object);
        }
        if (object == null) {
            throw new IllegalArgumentException("there is no " + type.getName() + ": the store has no device");
        }
        throw new IllegalArgumentException(object.getClass().getName() + " is no " + type.getName());
    }
}
