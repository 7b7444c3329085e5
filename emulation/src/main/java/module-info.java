/** Zoned devices for hosts without them: null_blk devices of this kernel, or a micro-VM whose kernel has null_blk. */
module io.znsslab.emulation {
    requires static transitive org.jspecify;

    exports io.znsslab.emulation;
    exports io.znsslab.emulation.microvm;
    exports io.znsslab.emulation.nullblk;
}
