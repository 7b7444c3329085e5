/**
 * An io_uring whose queues are filled and reaped in Java.
 *
 * <p>liburing sets the ring up, registers buffers and files and enters the kernel; what is {@code static inline} in its
 * header (taking a submission queue entry, reading a completion) is done here on the mapped rings, since inline
 * functions can't be linked.
 *
 * <p>Ordering, as in the kernel's {@code io_uring.c}: we own the submission tail and the completion head, the kernel
 * the other two. Whoever moves an index stores it with release after touching the entries, the other side loads it with
 * acquire before touching them.
 *
 * <p>Invariants: a {@link io.znsslab.tier.uring.Ring} is used by one thread at a time; never more operations are in
 * flight than the submission queue has entries, and the completion queue has twice as many, so it can't overflow by our
 * own doing (should the kernel report an overflow all the same, its backlog is fetched).
 *
 * <p>For {@code io.znsslab.tier.device} only. Nothing here knows of zones or slabs.
 */
package io.znsslab.tier.uring;
