/**
 * {@code zns-slab emulate}: commands in a kernel that has a zoned device; and how this program starts itself again in a
 * micro-VM, which the demos do.
 *
 * <p>The emulation itself is {@code io.znsslab.emulation}'s; here stands only which command runs where.
 */
package io.znsslab.cli.emulate;
