/**
 * Zoned devices: a block device of the kernel, or a regular file that behaves as one.
 *
 * <p>Everything is in bytes. Data goes through {@linkplain io.znsslab.tier.device.IoQueue queues}, each an io_uring of
 * its own, for one thread at a time; threads share nothing on the way to the device. Zone commands are plain blocking
 * calls.
 *
 * <p>Each thread has its own queue instead of a common I/O thread, since handing a request to another thread and back
 * costs about 10 µs, a tenth of a flash read. So a thread that waits submits and reaps by itself, in one system call;
 * only a caller that does not wait needs another thread that does.
 *
 * <p>Where io_uring can't be had (a seccomp filter, an old kernel, no liburing), a queue gives each request to a thread
 * of the device, which makes a blocking system call and hands the request back to the owner. The rules are the same,
 * for they are asked at the same two moments, by the owner: when a request is submitted and when it is completed.
 * Nothing orders two requests in flight, on a ring or here; a zone's writer has one write under way.
 *
 * <p>Limits: a queue holds at most its depth; each request at most
 * {@link io.znsslab.tier.device.DeviceGeometry#maxTransferBytes}; memory in flight is what the users' buffers hold.
 * Depth (how many requests), batch (how many one system call takes: all that were submitted since the last) and bytes
 * in flight are thus three separate limits, under one rule: the submitter owns a buffer for each request, and a queue
 * is at least as deep as its users have buffers.
 *
 * <p>Refusals are the same on all devices, see {@link io.znsslab.tier.device.DeviceException.Problem}. One process has
 * a device open for writing at a time: {@code O_EXCL} on block devices, a lock on files. Others may read.
 *
 * <p>Used by all packages above; knows nothing of slabs.
 */
@NullMarked
package io.znsslab.tier.device;

import org.jspecify.annotations.NullMarked;
