/**
 * Cold slabs read back.
 *
 * <p>An image is read into a staging buffer and leaves it only after its checksum and identity were checked; so a
 * destination never holds unchecked bytes.
 *
 * <p>Two ways, both bounded:
 *
 * <ul>
 *   <li>{@link io.znsslab.tier.read.SlabReader}, asynchronous: one reading thread with a queue of its own, as deep as
 *       there are buffers. Listeners are told on that thread, and futures inside the tier complete there; those that
 *       callers of the tier have complete elsewhere ({@code io.znsslab.core.worker}). When all buffers are taken,
 *       callers block until one is free; the reading thread itself (a listener that reads on) never blocks: its
 *       requests wait in a list of the same bound, and fail beyond it. A thread that wants a slab that is being read
 *       joins that read.
 *   <li>{@link io.znsslab.tier.read.WaitingReader}, for platform threads that would wait anyway: they do the reading by
 *       themselves, without a hand-over to another thread and back, which costs about as much as a fast device takes.
 *       It never depends on what listeners do on the reading thread.
 * </ul>
 *
 * <p>What was read for somebody who leaves the slab where it is may be kept in {@link io.znsslab.tier.read.SlabCache},
 * if the tier was given memory for one: bounded, off the heap, known by slab, location and life, so that an entry can
 * be of no use any more, but never wrong.
 *
 * <p>A zone is announced as being read for as long as a read of it is in flight, so that it isn't reset meanwhile.
 *
 * <p>Used by the tier and by garbage collection.
 */
package io.znsslab.tier.read;
