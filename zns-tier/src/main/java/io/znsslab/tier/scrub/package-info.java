/**
 * Mends what a verification of a store has found damaged, without losing a byte: for a store that runs, and for a tool
 * that opens one to mend it.
 *
 * <p>{@link io.znsslab.tier.inspect.StoreInspection#verify} reads everything and writes nothing;
 * {@link io.znsslab.tier.scrub.StoreScrub} says what of its findings can be mended, and mends it through an open tier:
 *
 * <pre>
 *   damage                                          mended by
 *   one copy of a superblock or block of the log    a checkpoint in other zones of the log, which counts from then on
 *   a zone's header, or the summary of an extent    moving the zone's live slabs to other zones; the zone is reset
 *   a live slab that the device can't read          nothing: its objects are lost. The other slabs of the zone, which
 *                                                     begins to fail, are moved away
 *   a live slab that is not what was written        nothing: its objects are lost
 *   both copies of a block of the log (a loss)      nothing: what they said is lost. Only an opening that is told to go
 *                                                     on without it, {@link io.znsslab.tier.ErrorPolicy#CONTINUE}, can
 *                                                     mend the rest
 * </pre>
 *
 * <p>What is lost stays in its place: a slab that can't be read is never moved, and a zone with such a slab never
 * reset, as long as the slab is not freed or discarded. It goes on being reported, by each verification and each read.
 *
 * <p>Why no byte is lost, whenever the power goes:
 *
 * <ul>
 *   <li>A slab is moved as collection moves it: read and checked, written and flushed elsewhere, then reported to the
 *       allocator, then recorded in the log. Its former image stays until a durable record names the other one, since a
 *       zone is reset only then.
 *   <li>So at any time the log names one valid image of each slab that had one. A cut leaves a part of the slabs moved;
 *       the next verification finds the damage that is left, and the next scrub goes on.
 *   <li>A checkpoint is written beside the log that counts, and counts once it is complete and durable. Until then the
 *       former one answers, with its damaged copies beside the sound ones.
 *   <li>No zone that is to be emptied is written on, so no slab is moved to a place that is under suspicion.
 *   <li>Nothing depends on what a damaged block says: slabs are found by what the log says of them, not by summaries,
 *       and a zone's header has nothing that the log does not say.
 * </ul>
 *
 * <p>Space: emptying a zone takes as much in other zones before it gives its own back, a zone at a time; on a full
 * device the reserve of collection serves for that. A zone with a slab that can't be read gives nothing back, so that
 * the reserve is not spent on it.
 *
 * <p>Stands on inspection and on the tier's public methods; no package of the tier uses it.
 */
@NullMarked
package io.znsslab.tier.scrub;

import org.jspecify.annotations.NullMarked;
