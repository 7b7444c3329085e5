/**
 * From a closed epoch's slabs to extents on the device.
 *
 * <pre>
 *   demote(batch) --> inbox --> | writer thread                                         | --> completion thread
 *                               |                                                       | --> batch.demoted(...)
 *                               |  zone writer 0: fill staging buffer, write, write ... |
 *                               |  zone writer 1: ...                                   |
 *                               |  flush the completed writes                           |
 * </pre>
 *
 * <p>The writer thread does all writing: it copies pages into staging buffers, seals them as images, and drives its own
 * queue to the device; so the threads here share only the inbox and the queue of finished extents. A <em>zone
 * writer</em> writes one zone at a time: at most one of its writes is in flight, at its write pointer, and its second
 * staging buffer is filled meanwhile.
 *
 * <p>The completion thread reports durable slabs to the allocator, since that may wait for readers of the DRAM copy,
 * which must not stop the writing.
 *
 * <p>Acknowledged is durable: an extent is reported only after a flush that was submitted when all of its writes had
 * completed. One flush is in flight at a time and covers all extents written before it; it is due when nothing else is
 * left to write, or when {@link io.znsslab.tier.demote.DemotionSettings#flushBytes} are waiting for one.
 *
 * <p>As soon as an epoch states its lifetime, the zone writers are divided between short, medium and long lifetimes;
 * until then, and where no zone is left for one of them, zones fill in the order of closing. A zone goes on with the
 * next epoch where the last one ended, so that small epochs waste no space.
 *
 * <p>Relocated slabs have zone writers of their own. When only one empty zone is left besides the reserve, zone writers
 * share the zones that are begun.
 *
 * <p>Bounds: staging memory is two buffers for each zone writer; slabs accepted but not yet written at most
 * {@link io.znsslab.tier.demote.DemotionSettings#backlogBytes}, and a quarter of the allocator's limit (beyond that
 * {@code demote} blocks its caller; a single larger demotion is let through alone); extents come from a fixed pool, and
 * writing waits when it is empty.
 *
 * <p>A failed write fails the demotions that had slabs in it, and its zone is written no further; slabs not reported
 * yet stay in DRAM.
 *
 * <p>Used by the tier only. Below it: zones, format, device.
 */
package io.znsslab.tier.demote;
