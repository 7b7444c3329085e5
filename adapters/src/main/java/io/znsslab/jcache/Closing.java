package io.znsslab.jcache;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closes what users gave a cache, where that can be closed. */
final class Closing {
    private static final System.Logger LOGGER = System.getLogger(Closing.class.getName());

    private Closing() {}

    static void quietly(@Nullable Object object) {
        if (object instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException | RuntimeException e) {
                LOGGER.log(System.Logger.Level.WARNING, () -> object.getClass().getName() + " can't be closed", e);
            }
        }
    }
}
