/**
 * Looks into a store on a device without writing a byte: for tools, and for people who want to know what a device
 * holds.
 *
 * <p>{@link io.znsslab.tier.inspect.StoreInspection} is the way in. It reads the store's log as an opening does, but
 * refuses nothing for damage: what is gone is listed as losses, and the rest is shown. So it works on a store of
 * another machine, on one that was not closed in order, and on a device that this process may only read. From there on:
 *
 * <pre>
 *   overview      identity, log and its regions, totals
 *   zones         what each zone holds
 *   epochs        number, label, lifetime, live objects and their share
 *   extents       what demotions wrote into a zone, slab by slab, dead ones included
 *   slabs         live slabs; the objects of one
 *   trace         from a handle to the block on the device, or the reason why there is none
 *   verify        reads everything that counts, and names each damage by its place
 * </pre>
 *
 * <p>Invariant: nothing here writes, flushes or commands a zone. Where another process has the store open, its log
 * moves on; what is shown then is the store as it was at one moment, see
 * {@link io.znsslab.tier.inspect.StoreInspection#open}.
 *
 * <p>Stands on recovery and format; scrubbing stands on it.
 */
@NullMarked
package io.znsslab.tier.inspect;

import org.jspecify.annotations.NullMarked;
