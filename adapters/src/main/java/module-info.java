/** The stores behind interfaces of other libraries, each of which a program need not have. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // JCache has no module descriptor
module io.znsslab.adapters {
    requires transitive io.znsslab.core;
    requires transitive io.znsslab.tier;
    // For io.znsslab.jcache, where it is present.
    requires static transitive cache.api;

    exports io.znsslab.jcache;
}
