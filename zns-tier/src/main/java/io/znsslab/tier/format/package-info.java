/**
 * What lies on the device: one layout class a structure, and nobody else does arithmetic on them.
 *
 * <pre>
 *   zone of the log: | superblock superblock | block block | block block | ...   blocks twice; 1 zone or more
 *   data zone:       | zone header | image image ... image summary | image ... summary | (padding) |
 *                                  '------------ extent ----------'
 * </pre>
 *
 * <p>Everything is little-endian and starts at a multiple of 4,096 bytes, the unit of <em>locations</em>: device offset
 * / 4,096, 32 bits, so 16 TiB. Blocks of 512 bytes only mean that a device could write less at a time than we do.
 *
 * <p>Every structure starts with the same {@linkplain io.znsslab.tier.format.SealedBlock 48 bytes}, in which every
 * field says which fault it guards against:
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+    magic: another structure, or no structure at all (a block never written)
 *   | magic |v| own | length| crc32c|    version: a later format is refused, not misread
 *   +-------+-+-----+-------+-------+    length: how far the checksum reaches; a truncated structure
 *   | device UUID                   |    crc32c of bytes 0 to 12 and 16 to length: rot, torn writes
 *   +-------+-------+---------------+    device UUID: a block of another device (a restored image, a swapped cable)
 *   |locat'n| own   | incarnation   |    location: a misdirected write or read. incarnation: a block of an earlier one,
 *   +-------+-------+---------------+          whose checksum is as good as ever
 * </pre>
 *
 * <p>A <em>incarnation</em> is what a zone has between two resets. Devices don't count resets for us, so we number
 * incarnations ourselves: the upper 32 bits are the number of the opening of the device, which is made durable in the
 * superblock of a new region of the log before anything else is written, the lower 32 a sequence within it. So no
 * number is ever used twice, without a counter to be kept up to date.
 *
 * <p>A slab image is the slab's page itself with this header in its first 64 bytes, which allocators leave free. It
 * holds no bitmap of live slots: each slot's first eight bytes say whether it is live, so the bitmap can be made from
 * the image. The extent's summary says for garbage collection which slabs are in a zone. What counts of all that is
 * said by the log alone, see {@code io.znsslab.tier.recovery}.
 *
 * <p>Versions: each structure has its own. A reader takes the versions it knows, and refuses others as it refuses
 * damage: a store of a later format is not opened by an earlier program. Who changes a structure raises its version and
 * either reads the one before, too, which each opening then replaces by writing a whole region of the log, or says in
 * the message that the store must be read by the program that wrote it.
 *
 * <p>The package knows buffers only, no devices. Any room above may use it.
 */
package io.znsslab.tier.format;
