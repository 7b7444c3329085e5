/** Zoned devices where there are none: null_blk of this kernel, or a micro-VM that has it. */
module io.znsslab.emulation {
    exports io.znsslab.emulation;
    exports io.znsslab.emulation.microvm;
    exports io.znsslab.emulation.nullblk;
}
