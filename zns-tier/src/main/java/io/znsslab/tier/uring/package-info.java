/**
 * An io_uring whose queues are filled and reaped in Java.
 *
 * <p>liburing sets the ring up, registers buffers and files and enters the kernel; the {@code static inline} functions
 * of its header (which take a submission queue entry or read a completion) can't be linked, so this package does their
 * work on the mapped rings.
 *
 * <p>Ordering, as in the kernel's {@code io_uring.c}: Java owns the submission tail and the completion head, the kernel
 * the other two. The owner of an index stores it with release after touching the entries; the other side loads it with
 * acquire before touching them.
 *
 * <p>Invariants: a {@link io.znsslab.tier.uring.Ring} is used by one thread at a time; never more operations are in
 * flight than the submission queue has entries, and the completion queue has twice as many, so Java can't make it
 * overflow (should the kernel report an overflow all the same, its backlog is fetched).
 *
 * <p>Used by {@code io.znsslab.tier.device} only; knows nothing of zones or slabs.
 */
@NullMarked
package io.znsslab.tier.uring;

import org.jspecify.annotations.NullMarked;
