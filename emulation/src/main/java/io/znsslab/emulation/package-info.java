/**
 * Zoned block devices on machines that have none.
 *
 * <ul>
 *   <li>{@link io.znsslab.emulation.nullblk} makes zoned null_blk devices in a kernel that has the driver;
 *   <li>{@link io.znsslab.emulation.microvm} boots such a kernel on any x86-64 Linux host, and offers QEMU's NVMe ZNS
 *       device in it.
 * </ul>
 *
 * <p>Nothing here knows of slabs or of how a device is used: a caller asks for a path.
 */
@NullMarked
package io.znsslab.emulation;

import org.jspecify.annotations.NullMarked;
