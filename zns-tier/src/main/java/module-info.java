/** The tier on a zoned device: devices, ring, format, demotion, reading, recovery. */
@SuppressWarnings("requires-automatic") // Micrometer has no module descriptor
module io.znsslab.tier {
    requires transitive io.znsslab.core;
    requires io.znsslab.bindings;
    // Both only for io.znsslab.tier.metrics, where they are present.
    requires static jdk.jfr;
    requires static micrometer.core;

    exports io.znsslab.tier;
    exports io.znsslab.tier.device;
    exports io.znsslab.tier.metrics;
    exports io.znsslab.tier.report;
}
