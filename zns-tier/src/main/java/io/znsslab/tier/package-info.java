/**
 * The tier on a zoned device: {@link io.znsslab.tier.ZnsTier} holds slabs that the allocator's epochs leave behind, and
 * gives them back.
 *
 * <p>Rooms, from top to bottom; imports point down only:
 *
 * <pre>
 *   tier       ZnsTier, settings, statistics, the map of zones
 *   collect    garbage collection: live slabs out of nearly dead zones
 *   demote     closed epochs to extents: staging, writing, flushing, handing over
 *   read       cold reads
 *   recovery   the log that says what counts, and what an opening finds
 *   zone       which zone is used for what
 *   format     what lies on the device
 *   device     zoned devices: block device, regular file; queues
 *   uring      the ring
 *   report     what an opening tells its user
 * </pre>
 *
 * <p>Promises of {@code ColdTier} and how they are kept: what is acknowledged is durable (a flush comes between writing
 * and handing over, and the log names it before the future completes); no unchecked byte leaves (checksum and identity
 * are verified in a staging buffer); everything is bounded (each package says by what).
 *
 * <p>For users: {@code io.znsslab.tier}, {@code io.znsslab.tier.device}, {@code io.znsslab.tier.report} and, for tools
 * and for its exceptions, {@code io.znsslab.tier.format}.
 */
package io.znsslab.tier;
