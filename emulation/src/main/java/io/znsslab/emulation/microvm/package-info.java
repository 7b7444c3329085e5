/**
 * A machine in QEMU whose kernel has zoned block devices, for hosts whose kernel has none.
 *
 * <p>The host's {@code /} is the guest's root: read-only by 9p, with an overlay in the guest's memory on top. A program
 * runs under the same paths as on the host, and nothing that it writes lasts, except in folders that its task shares.
 * Neither {@code /tmp} nor {@code /run} is replaced by a fresh one, since a checkout may lie there.
 *
 * <pre>
 *   MicroVm ─ finds or makes ─ GuestSystem (kernel, initial RAM disk; in GuestCache) ─ KernelParts ─ PackageDownloads
 *      │ start(GuestTask)
 *   RunningGuest ─ QemuCommandLine ─ QEMU ─ guest's first process (resource "init") ─ the command
 *      │                              │
 *   GuestStreams ◄─► its streams ─────┤     virtio-serial ports: input, output, errors, events
 *   RunFolder    ◄─ exit status ──────┘     9p
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>An exit status is the command's own, read from the file that the first process renames into place when the
 *       command has ended. A missing file is a {@link io.znsslab.emulation.microvm.GuestFailedException}, never a
 *       status of 0.
 *   <li>QEMU does not outlive this JVM: a shutdown hook ends it by its process handle, and where the JVM is killed, the
 *       kernel does ({@code prctl(PR_SET_PDEATHSIG)}, by way of setpriv).
 *   <li>A reader of the cache sees a whole entry or none.
 *   <li>A kernel is chosen by its features ({@link io.znsslab.emulation.microvm.KernelFeatures}), not by its name. It
 *       is looked up in package lists that were updated just before; a kernel that lacks a feature, one from the cache
 *       too, is replaced or refused.
 * </ul>
 *
 * <p>Reasons for these choices, all measured with QEMU 7.2 and 10.0, Debian 12's kernel 6.1 and JDK 25:
 *
 * <ul>
 *   <li>Emulated processors (TCG), because many build hosts are virtual machines that offer no KVM, or a KVM that does
 *       not boot these kernels. A JVM is 6 to 15 times slower than outside.
 *   <li>{@code thread=single}: the guest's processors take turns on one processor of the host. With one thread for each
 *       of two processors, HotSpot crashed at random, in 3 of 41 runs with QEMU 7.2 and in 7 of 15 with QEMU 10.0; with
 *       a single thread it crashed in none of 43.
 *   <li>{@code -cpu Nehalem}: this model has the CRC32 instruction and no AVX, which QEMU would have to emulate bit by
 *       bit.
 *   <li>QEMU starts the uncompressed kernel directly (PVH), which saves 2.5 seconds.
 *   <li>A JVM in the guest runs best with {@code -XX:+UseSerialGC -XX:TieredStopAtLevel=1
 *       -XX:+UseTransparentHugePages}.
 *   <li>A run that crashed is not repeated: that would hide real faults of native calls.
 * </ul>
 *
 * <p>Any package may call this one, from any thread.
 */
@NullMarked
package io.znsslab.emulation.microvm;

import org.jspecify.annotations.NullMarked;
