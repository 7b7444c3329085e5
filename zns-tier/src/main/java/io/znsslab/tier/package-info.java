/**
 * The tier on a zoned device: {@link io.znsslab.tier.ZnsTier} stores the slabs of epochs that close cold, and reads
 * them back.
 *
 * <p>Packages, from top to bottom; imports point down only:
 *
 * <pre>
 *   tier       ZnsTier, settings, statistics, the map of zones
 *   transfer   epochs as a stream, to move them to another device; stands on all others
 *   inspect    looks into a store on a device without writing; beside the others, which do not use it
 *   collect    garbage collection: moves live slabs out of nearly dead zones
 *   demote     closed epochs to extents: staging, writing, flushing, completion
 *   read       cold reads
 *   recovery   the log that says what counts, and what an opening finds
 *   zone       which zone is used for what
 *   format     what lies on the device
 *   device     zoned devices: block device, regular file; queues
 *   uring      the ring
 *   platform   what the tier needs of the machine, and whether it is there
 *   report     what an opening reports to its user
 * </pre>
 *
 * <p>Promises of {@code ColdTier} and how they are kept: what is acknowledged is durable (a flush comes between writing
 * an extent and reporting it, and the log names it before the future completes); no unchecked byte leaves (checksum and
 * identity are verified in a staging buffer); everything is bounded (each package states its bounds).
 *
 * <p>For users: {@code io.znsslab.tier}, {@code io.znsslab.tier.device}, {@code io.znsslab.tier.inspect},
 * {@code io.znsslab.tier.transfer}, {@code io.znsslab.tier.report}, {@code io.znsslab.tier.metrics} and
 * {@code io.znsslab.tier.platform}.
 */
@NullMarked
package io.znsslab.tier;

import org.jspecify.annotations.NullMarked;
