/**
 * Zoned devices: a block device of the kernel, or a regular file that behaves as one.
 *
 * <p>Everything is in bytes. Data goes through {@linkplain io.znsslab.tier.device.IoQueue queues}, each an io_uring of
 * its own, for one thread at a time; threads share nothing on the way to the device. Zone commands are plain blocking
 * calls.
 *
 * <p>Why a queue a thread and no I/O thread in between: handing a request to another thread and back costs about 10 µs,
 * a tenth of a flash read. So a thread that wants to wait submits and reaps by itself, in one system call; only who
 * does not want to wait needs a thread that does.
 *
 * <p>Limits: a queue holds at most its depth; each request at most
 * {@link io.znsslab.tier.device.DeviceGeometry#maxTransferBytes}; memory in flight is what the users'
 * {@link io.znsslab.tier.device.StagingBuffers} hold. InFlightGauge (how many requests), batch (how many a system call
 * takes: all that were submitted since the last) and bytes in flight are so three separate things, under one rule:
 * whoever submits owns a staging buffer for it, and a queue is at least as deep as its users have buffers.
 *
 * <p>Refusals are the same on all devices, see {@link io.znsslab.tier.device.DeviceException.Problem}. One process has
 * a device at a time: {@code O_EXCL} on block devices, a lock on files.
 *
 * <p>Used by all rooms above; knows nothing of slabs.
 */
package io.znsslab.tier.device;
