/**
 * What lies on the device: each structure has one layout class, and no other class does arithmetic on it.
 *
 * <pre>
 *   zone of the log: | superblock superblock | block block | block block | ...   blocks twice; 1 zone or more
 *   data zone:       | zone header | image image ... image summary | image ... summary | (padding) |
 *                                  '------------ extent ----------'
 * </pre>
 *
 * <p>Everything is little-endian and starts at a multiple of 4,096 bytes, the unit of <em>locations</em>: device offset
 * / 4,096, 32 bits, so 16 TiB. Blocks of 512 bytes only mean that a device could write less at a time than the store
 * does.
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
 * <p>An <em>incarnation</em> of a zone lasts from one reset to the next. Devices don't report a count of resets, so the
 * store numbers incarnations itself: the upper 32 bits are the number of the opening of the device, which is made
 * durable in the superblock of a new region of the log before anything else is written, the lower 32 a sequence within
 * the opening. So no number is ever used twice, and no counter has to be kept up to date.
 *
 * <p>A slab image is the slab's page itself with this header in its first 64 bytes, which allocators leave free. The
 * image holds no bitmap of live slots: each slot's first eight bytes say whether it is live, so the bitmap can be made
 * from the image. The extent's summary says for garbage collection which slabs are in a zone. The log alone says what
 * counts of all that, see {@code io.znsslab.tier.recovery}.
 *
 * <p>A slab is of one of two kinds: <em>classed</em>, with slots of one size, or <em>packed</em>, with objects of any
 * size one after the other. To the formats a packed slab is one of the class after the last size class, whose slots are
 * granules, and whose bitmap, with a bit at the first granule of each live object, always has four words. Bitmaps of
 * size classes have as many words as the class with most slots needs, one with the usual classes: what describes no
 * packed slab takes as many bytes as if there were none. Images and summaries name the kind as well as the class, and a
 * reader refuses one where the two contradict each other.
 *
 * <p>Versions: each structure has its own. A reader takes the versions it knows, and refuses others as it refuses
 * damage: a store of a later format is not opened by an earlier program. A developer who changes a structure raises its
 * version; the program then either reads the version before, too, which each opening replaces by writing a whole region
 * of the log, or says in the message that the store must be read by the program that wrote it. The superblock's version
 * is that of the whole store: packed slabs, records of which an earlier program would pass over in silence, have raised
 * it from 4 to 5, and the root, whose blocks an earlier program would take for damaged, from 5 to 6; when epochs
 * expire, for the same reason, from 6 to 7.
 *
 * <p>The package knows buffers only, no devices. Any package above may use it.
 */
@NullMarked
package io.znsslab.tier.format;

import org.jspecify.annotations.NullMarked;
