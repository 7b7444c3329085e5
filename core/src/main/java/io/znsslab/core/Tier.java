package io.znsslab.core;

/** Where an object's slab lives. */
public enum Tier {
    /** In DRAM. */
    RESIDENT,
    /** On the device of the cold tier. */
    COLD
}
