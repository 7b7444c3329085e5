/**
 * Cold slabs read back.
 *
 * <p>An image is read into a staging buffer and leaves it only after its checksum and identity were checked; so a destination never holds unchecked bytes.
 *
 * <p>Reads go to one reading thread with a queue of its own, as deep as there are buffers; futures complete on that thread. When all buffers are taken, callers block until one is free; the
 * reading thread itself (a continuation that reads on) never blocks: its requests wait in a list of the same bound, and fail beyond it.
 *
 * <p>A zone is announced as being read for as long as a read of it is in flight, so that it isn't reset meanwhile.
 *
 * <p>Used by the tier only.
 */
package io.znsslab.tier.read;
