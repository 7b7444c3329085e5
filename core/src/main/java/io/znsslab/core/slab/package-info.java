/** Slabs in DRAM: their metadata lines, the stripes that hand out slots, the sections and grace periods that keep threads out of each other's way. */
package io.znsslab.core.slab;
