/**
 * The parts of one allocator, and what looks at all of them at once.
 *
 * <p>{@link io.znsslab.core.store.SlabStore} puts the parts together, once, from the bottom up; the parts below do not
 * know the store. It also ends them, in an order that leaves no writer behind:
 *
 * <pre>
 *   1  the gate of epochs      no epoch opens or closes, no allocation finds one open
 *   2  operations              what may write in no section (closings, demotions, promotions) has ended
 *   3  reclaim                 no thread visits the stripes of others
 *   4  stripes                 each is marked as being closed for good, and the owner sections are waited for
 *   5  readers                 no section begins; those under way have ended
 *   at rest                    nothing changes any more: the tier may write down what it wants to keep
 * </pre>
 *
 * <p>After that the memory is given up when the last look at a frame ends: see the package {@code slab}.
 *
 * <p>{@link io.znsslab.core.store.Invariants} and {@link io.znsslab.core.store.EpochInspector} walk all slabs, for
 * tests and diagnosis.
 */
@NullMarked
package io.znsslab.core.store;

import org.jspecify.annotations.NullMarked;
