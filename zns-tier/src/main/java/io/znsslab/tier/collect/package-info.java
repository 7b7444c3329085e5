/**
 * Garbage collection: live slabs are moved out of zones that are mostly dead, so that these can be reset.
 *
 * <p>One thread looks at the number of empty zones; below a watermark it takes the sealed zone with most to win for what is to be moved, finds its slabs by the extents' summaries, asks the allocator which are still there, reads
 * those, checked like any other read, and hands them to demotion as a batch. Once they are durable in their new place, the allocator is told slab by slab; the last one makes the old zone dead. A crash at any
 * time leaves at least one valid image of every slab.
 *
 * <p>Bounded: one zone at a time, in chunks of {@link io.znsslab.tier.collect.Collector#CHUNK_BYTES}. Readers go on reading the old place until they look again; it can't be reset under them. The zone
 * under collection counts as being read, so a slab's place is not used anew between our reading and the allocator's change of mind.
 *
 * <p>When that makes no room either, a policy decides: the demotion is refused, or waits for others to make room, or the oldest epoch is dropped whole, by this thread, so that whoever
 * demotes does not wait for a grace period.
 *
 * <p>An image that does not check is not moved: its zone stays as it is, and is not tried again.
 *
 * <p>Used by the tier only; stands on demotion and reading.
 */
package io.znsslab.tier.collect;
