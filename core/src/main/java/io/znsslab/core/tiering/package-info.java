/**
 * Slabs on their way between DRAM and the cold tier, and objects of slabs that are cold: demotion, promotion, slabs
 * that are dropped because their image is still good, reads, the discard of closed epochs, and what an earlier run has
 * left.
 */
package io.znsslab.core.tiering;
