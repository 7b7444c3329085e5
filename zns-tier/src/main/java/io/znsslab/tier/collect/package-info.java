/**
 * Garbage collection: live slabs are moved out of zones that are mostly dead, so that these can be reset.
 *
 * <p>The collector thread watches the number of empty zones; when a demotion waits for one, it takes the sealed zone
 * with the largest gain for the slabs to move ({@link io.znsslab.tier.collect.VictimChoice}), finds its slabs by the
 * extents' summaries, asks the allocator which of them are live, reads those, checked like any other read, and gives
 * them to demotion as a batch. Below a watermark of empty zones it does so ahead of need, but only while the best zone
 * is half dead. Once the slabs are durable in their new zone, the collector reports each to the allocator; the last one
 * makes the old zone dead. A crash at any time leaves at least one valid image of every slab.
 *
 * <p>Relocated slabs go to other zones than new ones, and slabs relocated again to others still, where there are at
 * least 128 zones: slabs that stay gather in zones that are hardly ever moved. With fewer zones the space that one more
 * partly written zone withholds costs more than that gains.
 *
 * <p>A device is full when live slabs fill everything but the reserve, which is one zone. Zones with less than one dead
 * slab in a hundred are left alone; and when as many zones were collected as there are, without space for a demotion,
 * collection pauses until more slabs die. Demotions fill the rest of the zones of relocated slabs last. The fuller the
 * device, the more slabs are moved for each one demoted: with deaths that hit all alike, two of three slabs written at
 * 80 % of the data zones' blocks, six of seven at 90 %.
 *
 * <p>Bounded: one zone at a time, in relocation batches of {@link io.znsslab.tier.collect.Collector#CHUNK_BYTES}.
 * Readers go on reading the old location until they look the slab up again; the old zone is not reset under them. The
 * zone under collection counts as being read, so a slab's location is not reused between the collector's read and the
 * allocator's update.
 *
 * <p>When collection frees no zone, a policy decides: the demotion is refused, or waits until other threads release
 * slabs, or the collector thread drops the oldest epoch whole, so that the writer thread does not wait for a grace
 * period.
 *
 * <p>An image whose check fails is not moved: its zone stays as it is, and is not tried again.
 *
 * <p>Zones that a user names are emptied in the same way ({@link io.znsslab.tier.collect.Evacuations}), where their
 * summaries or headers are damaged for example: their slabs are found by what the allocator knows of them. Slabs that
 * can't be read stay where they are, and the zone with them.
 *
 * <p>Used by the tier only; stands on demotion and reading.
 */
@NullMarked
package io.znsslab.tier.collect;

import org.jspecify.annotations.NullMarked;
