/**
 * Cold slabs read back.
 *
 * <p>An image is read into a staging buffer and leaves it only after its checksum and identity were checked; so a
 * destination never holds unchecked bytes.
 *
 * <p>There are three readers, all bounded:
 *
 * <ul>
 *   <li>{@link io.znsslab.tier.read.SlabReader}, asynchronous: one reader thread with a queue of its own, as deep as
 *       there are buffers. Listeners are called on that thread, and futures inside the tier complete there; futures
 *       that callers of the tier hold complete elsewhere ({@code io.znsslab.core.worker}). When all buffers are taken,
 *       a caller with a listener blocks until one is free, which bounds what such callers have under way. A caller who
 *       wants a future never blocks: the request waits in a list, and the two kinds get free buffers by turns. Nor does
 *       the reader thread itself (a listener that reads on): its requests wait in a list of the same bound, and fail
 *       beyond it. A read of a slab that is being read joins that read.
 *   <li>{@link io.znsslab.tier.read.WaitingReader}, for platform threads that would wait anyway: they submit and reap
 *       by themselves, without a hand-over to another thread and back, which costs about as much as a fast device
 *       takes. It never depends on what listeners do on the reader thread.
 *   <li>{@link io.znsslab.tier.read.RunReader}, for a thread that goes through many slabs once: adjacent images by one
 *       transfer of up to 512 KiB, four at a time. One thread has its turn at a time.
 * </ul>
 *
 * <p>An image that was read without promoting its slab may be kept in {@link io.znsslab.tier.read.SlabCache}, if the
 * tier was given memory for one: bounded, off the heap, keyed by slab, location and incarnation, so that an entry can
 * be useless, but never wrong.
 *
 * <p>A zone is announced as being read for as long as a read of it is in flight, so that it isn't reset meanwhile.
 *
 * <p>Used by the tier and by garbage collection.
 */
package io.znsslab.tier.read;
