/** The allocator: slabs, epochs, domains, handles, and the SPI of a second tier below DRAM. */
module io.znsslab.core {
    requires io.znsslab.bindings;

    exports io.znsslab.core;
}
