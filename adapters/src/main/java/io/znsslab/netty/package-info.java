/**
 * Netty's buffers in the slabs of an allocator. Netty is an optional dependency: a program that uses this package
 * brings {@code io.netty:netty-buffer} of version 4.2.
 *
 * <pre>{@code
 * try (SlabByteBufAllocator allocator = SlabByteBufAllocator.builder().limitBytes(256 << 20).build()) {
 *     new ServerBootstrap()
 *             .option(ChannelOption.ALLOCATOR, allocator)
 *             .childOption(ChannelOption.ALLOCATOR, allocator)
 *     ...
 * }
 * }</pre>
 *
 * <p>{@link io.znsslab.netty.SlabByteBufAllocator} puts each direct buffer into a slot of the current epoch of a
 * rotation, and a new epoch begins every so often. An epoch that has been followed gives each of its slabs back to the
 * operating system when the last buffer there is released. So what a burst of traffic has taken goes back a period
 * later, and a buffer that lives long keeps one slab, 64 KiB, and not the memory of all those that it began with.
 *
 * <p>Invariants: a buffer whose reference count is above 0 has exactly one live handle, or memory of the C heap; the
 * handle is freed once, by the thread that takes the count to 0. The Java object of a buffer is never used for another
 * one, so a reference that is kept beyond the release stays refused for ever.
 */
@NullMarked
package io.znsslab.netty;

import org.jspecify.annotations.NullMarked;
