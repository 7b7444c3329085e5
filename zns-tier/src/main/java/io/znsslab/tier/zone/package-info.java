/**
 * The uses of zones: free, being written, sealed, on the way to a reset.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>a zone is written by one owner at a time, and only between {@link io.znsslab.tier.zone.ZoneAllocator#open} and
 *       {@link io.znsslab.tier.zone.ZoneAllocator#sealed};
 *   <li>allocated zones that are not sealed yet never exceed the device's limit of partly written ones, less what the
 *       log needs;
 *   <li>a zone is reset only when it is sealed, no slab in it is live and no read of it is in flight, and its death is
 *       durable in the log; a read that comes later finds it closed to readers;
 *   <li>the last empty zones, the reserve, are allocated for relocated slabs only: otherwise a device could stay full
 *       of half-dead zones for ever;
 *   <li>each use of a zone has an incarnation number of its own, see {@code io.znsslab.tier.format}.
 * </ul>
 *
 * <p>Used by demotion, reading and the tier itself. Knows devices and incarnation numbers, but neither slabs' contents
 * nor how they get to the device.
 */
@NullMarked
package io.znsslab.tier.zone;

import org.jspecify.annotations.NullMarked;
