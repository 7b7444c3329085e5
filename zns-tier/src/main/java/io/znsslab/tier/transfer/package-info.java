/**
 * Moves epochs of a store to another device, as a stream of bytes that needs neither of the two devices at the same
 * time: {@link io.znsslab.tier.transfer.StoreExport} writes it, {@link io.znsslab.tier.transfer.StoreImport} reads it.
 *
 * <p>The stream is made of frames. Everything is little-endian:
 *
 * <pre>
 *    0       4 5     8       12      16              24
 *   +-------+-+-----+-------+-------+---------------+---------+
 *   | ZSXF  |k| 0   | length| crc32c| sequence      | content |     k: kind. length: bytes of the content
 *   +-------+-+-----+-------+-------+---------------+---------+     crc32c: of bytes 0 to 12 and 16 to the end
 *                                                                   sequence: counts frames from 0: one that is missing
 *   kind 1, header, first:
 *     version 2 (4) | handles: 1 compact, 2 wide (4) | slab bytes (4) | classes (4) | slot bytes (4 each)
 *     | UUID of the store (16) | exported at, seconds since 1970 (8) | slab ids below (8) | epochs below (8)
 *   kind 2, epoch; its slabs follow:
 *     number (8) | opened at, milliseconds since 1970 (8) | slabs (8) | lifetime 0 to 3 (4)
 *     | expires at, milliseconds since 1970, or 2^63 - 1 (8), which version 1 leaves out | bytes of label (4) | label
 *   kind 3, slab:
 *     id (4) | base generation (4) | class (4), the number of classes for a packed one | objects (4)
 *     | for each live object: slot (4), payload offset in the slab (4), payload bytes (4)
 *     | the slab's bytes, the first 64 of which mean nothing
 *   kind 4, end:
 *     epochs (8) | slabs (8) | objects (8)
 * </pre>
 *
 * <p>Slot sizes, lifetimes and the first eight bytes of each slot, which are the object's handle, are as the allocator
 * has them: see {@link io.znsslab.core.cold.SlabShape}. "Below" bounds what the exported store may have issued: who
 * takes its handles over issues none below.
 *
 * <p>A stream without an end frame was cut short, and nothing of it is kept.
 */
@NullMarked
package io.znsslab.tier.transfer;

import org.jspecify.annotations.NullMarked;
