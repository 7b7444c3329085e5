/**
 * Tests that need a kernel with zoned block devices, as ordinary JUnit tests.
 *
 * <p>A class annotated with {@link io.znsslab.emulation.testing.ZonedKernelTest} is written for JUnit Jupiter and run
 * by the engine {@code zoned-kernel}: in this JVM where the host's kernel has null_blk and this process may use it,
 * else in one guest of the micro-VM for all classes of a run. Either way each test is started, finished and failed
 * before the eyes of whoever runs JUnit, under its own name and with its own stack trace.
 *
 * <pre>
 *   host  ZonedKernelEngine ── discovers with Jupiter ── MirroredTest tree
 *              │ execute                                      ▲ EventReplay
 *              ▼                                              │ TestEvent, a line each
 *   guest GuestTestMain ───── runs Jupiter ──── EventRecorder ┘
 * </pre>
 *
 * <p>In a build each test runs twice: as above, and in a micro-VM with Linux 6.12, which orders the writes to a zone in
 * another way. The system property {@code zns-slab.deviceTests.kernel} chooses; the line "Device tests run on ..." says
 * which it is.
 *
 * <p>A test that the guest did not report as finished has failed, whatever became of the guest. Where no zoned kernel
 * can be had all of them fail, and the reason says how to get one.
 *
 * <p>For the tests of any module: depend on this module's test jar in test scope, name the classes {@code *DeviceIT}
 * and Failsafe finds them; {@code mvn verify -Dit.test=SomeDeviceIT} runs one class.
 */
package io.znsslab.emulation.testing;
