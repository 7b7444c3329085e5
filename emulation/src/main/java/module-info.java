/** Zoned devices where there are none: null_blk of this kernel, or a micro-VM that has it. */
module io.znsslab.emulation {
    requires io.znsslab.bindings;
}
