/**
 * Slabs in DRAM: their metadata lines, the stripes that hand out slots, the sections and grace periods that keep threads out of each other's way, and the slabs that a thread's
 * own epochs leave to the next one.
 */
package io.znsslab.core.slab;
