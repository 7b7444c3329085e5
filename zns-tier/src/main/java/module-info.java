/** The tier on a zoned device: devices, ring, format, demotion, reading, recovery. */
module io.znsslab.tier {
    requires transitive io.znsslab.core;
    requires io.znsslab.bindings;

    exports io.znsslab.tier;
    exports io.znsslab.tier.device;
    exports io.znsslab.tier.format;
}
