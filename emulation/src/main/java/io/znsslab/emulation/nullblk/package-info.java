/**
 * Zoned null_blk devices of this process's own kernel, made through configfs.
 *
 * <p>A device is a folder of {@code /sys/kernel/config/nullb}: its attributes are files, switching it on makes the
 * disk, and removing the folder removes the disk with its content. The folder outlives the process that made it, so
 * {@link io.znsslab.emulation.nullblk.NullBlockDriver#names} also finds a device that was left behind, which can then
 * be removed by name.
 *
 * <p>Three surprises of the driver:
 *
 * <ul>
 *   <li>{@code max_sectors} is 124 KiB unless set. The kernel splits a larger write to a zone without ordering the
 *       parts, and the part that misses the write pointer fails with EIO. The default here is 512 KiB.
 *   <li>The driver changes invalid values instead of refusing them: too many conventional zones become all but one,
 *       limits that are not below the number of zones become none ({@code drivers/block/null_blk/zoned.c}). This
 *       package refuses them.
 *   <li>Writing a zone to {@code zone_readonly} or {@code zone_offline} a second time makes it empty again (Linux
 *       commit d3a573884, "null_blk: support read-only and offline zone conditions").
 * </ul>
 *
 * <p>Any package may call this one; making devices takes root.
 */
@NullMarked
package io.znsslab.emulation.nullblk;

import org.jspecify.annotations.NullMarked;
