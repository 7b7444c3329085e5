/** The tier on a zoned device: devices, ring, format, demotion, reading, recovery. */
@SuppressWarnings({"requires-automatic", "module"}) // Micrometer has no module descriptor; cli is built after the tier
module io.znsslab.tier {
    requires transitive io.znsslab.core;
    requires io.znsslab.bindings;
    requires static transitive org.jspecify;
    // Both only for io.znsslab.tier.metrics, where they are present.
    requires static jdk.jfr;
    requires static micrometer.core;

    exports io.znsslab.tier;
    exports io.znsslab.tier.device;
    exports io.znsslab.tier.inspect;
    exports io.znsslab.tier.metrics;
    exports io.znsslab.tier.platform;
    exports io.znsslab.tier.report;
    exports io.znsslab.tier.scrub;
    exports io.znsslab.tier.transfer;
    // The command measures with what the tier measures with; it is not for users.
    exports io.znsslab.tier.latency to
            io.znsslab.cli;
}
