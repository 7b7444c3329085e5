/**
 * Tests that need a kernel with zoned block devices, as ordinary JUnit tests.
 *
 * <p>A class annotated with {@link io.znsslab.emulation.testing.ZonedKernelTest} is written for JUnit Jupiter and run
 * by the engine {@code zoned-kernel}: in this JVM where the host's kernel has null_blk and this process may use it,
 * else in one guest of the micro-VM for all classes of a run. In both cases the engine reports each test's start, end
 * and failure to JUnit as it happens, with the test's own name and stack trace.
 *
 * <pre>
 *   host  ZonedKernelEngine ── discovers with Jupiter ── MirroredTest tree
 *              │ execute                                      ▲ EventReplay
 *              ▼                                              │ TestEvent, a line each
 *   guest GuestTestMain ───── runs Jupiter ──── EventRecorder ┘
 * </pre>
 *
 * <p>A build runs each test twice: as above, and in a micro-VM with Linux 6.12, which orders the writes to a zone in
 * another way. The system property {@code zns-slab.deviceTests.kernel} chooses the kernel; the line "Device tests run
 * on ..." names it.
 *
 * <p>A test that the guest did not report as finished has failed, whatever happened to the guest. Where no zoned kernel
 * can be had, all tests fail, and the reason says how to get one.
 *
 * <p>To use it in another module: depend on this module's test jar in test scope and name the classes
 * {@code *DeviceIT}, so that Failsafe finds them. {@code mvn verify -Dit.test=SomeDeviceIT} runs one class.
 */
package io.znsslab.emulation.testing;
