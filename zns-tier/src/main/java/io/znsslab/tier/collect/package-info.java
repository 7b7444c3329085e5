/**
 * Garbage collection: live slabs are moved out of zones that are mostly dead, so that these can be reset.
 *
 * <p>One thread looks at the number of empty zones; when a demotion waits for one, it takes the sealed zone with most
 * to win for what is to be moved ({@link io.znsslab.tier.collect.VictimChoice}), finds its slabs by the extents'
 * summaries, asks the allocator which are still there, reads those, checked like any other read, and hands them to
 * demotion as a batch. Below a watermark it does so ahead of need, but only while the best zone is half dead. Once they
 * are durable in their new place, the allocator is told slab by slab; the last one makes the old zone dead. A crash at
 * any time leaves at least one valid image of every slab.
 *
 * <p>What is moved goes to other zones than what is new, and what is moved again to others still, where there are 128
 * zones at least: slabs that stay gather in zones that are hardly ever moved. With fewer zones the room that one more
 * partly written zone keeps costs more than that wins.
 *
 * <p>Full means: live slabs fill everything but the reserve, which is one zone. Zones with less than one dead slab in a
 * hundred are left alone; and when as many were collected as there are, without room for a demotion, collection rests
 * until more slabs die. What is left of the zones for moved slabs is filled by demotions last. The fuller, the more is
 * moved for each slab that is demoted: with deaths that hit all alike, two of three slabs written at 80 % of the data
 * zones' blocks, six of seven at 90 %.
 *
 * <p>Bounded: one zone at a time, in relocation batches of {@link io.znsslab.tier.collect.Collector#CHUNK_BYTES}.
 * Readers go on reading the old place until they look again; it can't be reset under them. The zone under collection
 * counts as being read, so a slab's place is not used anew between our reading and the allocator's change of mind.
 *
 * <p>When that makes no room either, a policy decides: the demotion is refused, or waits for others to make room, or
 * the oldest epoch is dropped whole, by this thread, so that whoever demotes does not wait for a grace period.
 *
 * <p>An image that does not check is not moved: its zone stays as it is, and is not tried again.
 *
 * <p>Used by the tier only; stands on demotion and reading.
 */
package io.znsslab.tier.collect;
