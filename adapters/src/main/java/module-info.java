import io.znsslab.jcache.SlabCachingProvider;
import javax.cache.spi.CachingProvider;

/** The stores behind interfaces of other libraries, each of which a program need not have. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // JCache has no module descriptor
module io.znsslab.adapters {
    requires transitive io.znsslab.core;
    requires transitive io.znsslab.tier;
    requires static transitive org.jspecify;
    // All for io.znsslab.jcache, where they are present: JCache itself, its policy for caches with a bound, and the
    // management of caches.
    requires static transitive cache.api;
    requires static com.github.benmanes.caffeine;
    requires static java.management;

    // For io.znsslab.netty, where they are present.
    requires static transitive io.netty.buffer;
    requires static transitive io.netty.common;

    exports io.znsslab.jcache;
    exports io.znsslab.netty;

    provides CachingProvider with
            SlabCachingProvider;
}
