/** The allocator: slabs, epochs, domains, handles, and the SPI of a second tier below DRAM. */
@SuppressWarnings("requires-automatic") // Micrometer has no module descriptor
module io.znsslab.core {
    requires io.znsslab.bindings;
    // Both only for io.znsslab.core.metrics, where they are present.
    requires static jdk.jfr;
    requires static micrometer.core;

    exports io.znsslab.core;
    exports io.znsslab.core.metrics;
}
