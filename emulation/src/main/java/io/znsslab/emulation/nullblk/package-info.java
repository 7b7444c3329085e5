/**
 * Zoned null_blk devices of this process's own kernel, made through configfs.
 *
 * <p>A device is a folder of {@code /sys/kernel/config/nullb}: its attributes are files, switching it on makes the
 * disk, removing the folder removes it with all it held. The folder outlives the process that made it, so a device that
 * was left behind is found by {@link io.znsslab.emulation.nullblk.NullBlockDriver#names} and removed by name.
 *
 * <p>Three things of the driver that cost time when they are not known:
 *
 * <ul>
 *   <li>{@code max_sectors} is 124 KiB unless set. A larger write to a zone is split, the parts are not ordered, and
 *       the one that arrives off the write pointer fails with EIO. The default here is 512 KiB.
 *   <li>The driver changes what it does not like instead of refusing it: too many conventional zones become all but
 *       one, limits that are not below the number of zones become none ({@code drivers/block/null_blk/zoned.c}). Here
 *       they are refused.
 *   <li>Writing a zone to {@code zone_readonly} or {@code zone_offline} a second time makes it empty again (Linux
 *       commit d3a573884, "null_blk: support read-only and offline zone conditions").
 * </ul>
 *
 * <p>Anybody may call it; making devices takes root.
 */
package io.znsslab.emulation.nullblk;
