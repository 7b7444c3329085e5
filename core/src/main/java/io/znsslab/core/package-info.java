/**
 * An off-heap store of objects that are grouped by lifetime: in DRAM and, below it, on a zoned SSD.
 *
 * <pre>{@code
 * try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(1L << 30).build()) {
 *     try (EpochDomain request = allocator.openDomain()) {
 *         MemorySegment order = request.allocate(128);     // usable until the domain is left
 *         long kept = allocator.allocate(64, allocator.currentEpoch());
 *     }                                                    // the request's memory is back at the operating system
 * }
 * }</pre>
 *
 * <p>{@link io.znsslab.core.SlabAllocator} is where to begin; {@link io.znsslab.core.EpochDomain} takes the place of
 * {@code Arena.ofConfined()} in code that works with {@code java.lang.foreign} already;
 * {@link io.znsslab.core.SlabAllocatorBuilder} has the settings, the cold tier among them.
 *
 * <h2>Glossary</h2>
 *
 * <dl>
 *   <dt>object
 *   <dd>Some bytes outside of the Java heap, its <em>payload</em>, from its allocation until it is freed or its epoch
 *       is discarded. An object never moves within DRAM.
 *   <dt>handle
 *   <dd>A {@code long} that names one object, in whichever tier it is. Every allocation gets another handle, so a
 *       handle that has become <em>stale</em> names nothing for ever: it never resolves to another object.
 *   <dt>epoch
 *   <dd>A group of objects that are expected to die together: those of a request, a frame, a batch, an hour. Epochs are
 *       numbered in the order in which they are opened. An open epoch takes allocations, a closed one does not, and one
 *       that has no object left has <em>drained</em>.
 *   <dt>ring
 *   <dd>The table of open epochs. Epoch {@code n} takes the place {@code n} modulo the builder's {@code epochCount}, so
 *       as many epochs can be open at a time.
 *   <dt>disposition
 *   <dd>What closing does to the objects of an epoch: <em>reclaim</em> lets each live until it is freed,
 *       <em>discard</em> ends them all, <em>demote</em> moves them to the cold tier.
 *   <dt>domain
 *   <dd>A guard of one epoch for the threads that work in it. While a thread is inside, the epoch's memory stays where
 *       it is; when the last thread leaves, the epoch may close by itself. A <em>confined</em> domain belongs to one
 *       thread, a <em>shared</em> one to any number.
 *   <dt>slab
 *   <dd>A page of 4 KiB or more that holds objects of one size class and one epoch. Memory goes back to the operating
 *       system, and moves between the tiers, by slabs.
 *   <dt>slot, size class
 *   <dd>A slab is divided into slots of equal size, one object each: 8 bytes for the handle and the rest for the
 *       payload. The sizes on offer are the size classes; an object takes the smallest in which it fits.
 *   <dt>slab id
 *   <dd>The number in a handle that finds the slab, in whichever tier.
 *   <dt>generation
 *   <dd>The number in a handle that tells apart the objects which a slot has held one after the other.
 *   <dt>frame
 *   <dd>A page of DRAM in which a slab lives, and after it another one.
 *   <dt>resident, cold
 *   <dd>A slab, and with it each of its objects, is in DRAM or on the cold tier.
 *   <dt>cold tier
 *   <dd>What keeps slabs outside of DRAM: with {@code io.znsslab.tier.ZnsTier} a zoned SSD or a file. It keeps them
 *       over a restart, too.
 *   <dt>image
 *   <dd>A slab as it was written to the cold tier. A slab that came back to DRAM keeps its image until it changes.
 *   <dt>demote, promote
 *   <dd>To move slabs to the cold tier, and back to DRAM.
 *   <dt>stripe
 *   <dd>What one thread needs to allocate and free without meeting other threads: slabs in hand, and empty ones.
 * </dl>
 *
 * <p>The packages below are the allocator's rooms, from the bottom up; imports point down only. {@code arena}: frames
 * and the memory they are in. {@code registry}: slab ids, generations, handles' bits. {@code worker}: the threads of
 * the store. {@code walk}: what a walk over an epoch is. {@code cold}: the contract with a cold tier. {@code slab}:
 * slabs of open epochs and the stripes that fill them. {@code epoch}: closing epochs. {@code store}: the parts of one
 * allocator. {@code tiering}: slabs on their way between the tiers. {@code statistics} is what the allocator answers
 * about itself. {@code metrics}, {@code typed} and {@code rotation} stand above this package.
 */
@NullMarked
package io.znsslab.core;

import org.jspecify.annotations.NullMarked;
