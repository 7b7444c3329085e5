/**
 * The contract between the allocator and a cold tier: what the allocator asks of the tier ({@link ColdTier}), and what
 * the tier learns of slabs and asks of the allocator ({@link ColdSlabs}).
 */
package io.znsslab.core.cold;
