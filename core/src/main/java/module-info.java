/** The allocator: slabs, epochs, domains, handles, and the SPI of a second tier below DRAM. */
@SuppressWarnings({"requires-automatic", "module"}) // Micrometer has no module descriptor; the tier is built after core
module io.znsslab.core {
    requires io.znsslab.bindings;
    requires static transitive org.jspecify;
    // Both only where they are present: for io.znsslab.core.metrics, and io.znsslab.core.event.
    requires static jdk.jfr;
    requires static micrometer.core;

    exports io.znsslab.core;
    exports io.znsslab.core.cold;
    exports io.znsslab.core.metrics;
    exports io.znsslab.core.rotation;
    exports io.znsslab.core.statistics;
    exports io.znsslab.core.typed;
    exports io.znsslab.core.walk;
    // What the tier's threads are made of, and what they tell of, is not for users.
    exports io.znsslab.core.event to
            io.znsslab.tier;
    exports io.znsslab.core.worker to
            io.znsslab.tier;
}
