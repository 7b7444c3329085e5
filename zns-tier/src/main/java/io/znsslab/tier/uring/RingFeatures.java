package io.znsslab.tier.uring;

import io.znsslab.bindings.NativeMemory;
import io.znsslab.bindings.libc.LibC;
import io.znsslab.bindings.uring.LibUring;
import io.znsslab.bindings.uring.io_uring_params;
import io.znsslab.bindings.uring.io_uring_probe;
import io.znsslab.bindings.uring.io_uring_probe_op;
import io.znsslab.tier.RingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The features of the running kernel's io_uring, found by trying, never by its version.
 *
 * @param setupFlags the {@code IORING_SETUP_*} flags the ring was set up with
 * @param featureFlags the {@code IORING_FEAT_*} flags the kernel reported
 */
public record RingFeatures(int setupFlags, int featureFlags) {

    /** Whether completion work runs only when the owner waits, instead of interrupting it. */
    public boolean defersCompletionWork() {
        return (setupFlags & LibUring.IORING_SETUP_DEFER_TASKRUN()) != 0;
    }

    /** Sets {@code ring} up with the richest set of flags that the kernel accepts. */
    static RingFeatures setUp(MemorySegment ring, MemorySegment params, RingSettings settings) {
        int result = -LibC.EINVAL();
        for (int flags : candidates(settings.singleOwner())) {
            params.fill((byte) 0);
            io_uring_params.flags(params, flags);
            result = LibUring.io_uring_queue_init_params(settings.entries(), ring, params);
            if (result >= 0) {
                return checked(ring, new RingFeatures(flags, io_uring_params.features(params)));
            }
            if (result != -LibC.EINVAL()) {
                break;
            }
        }
        throw refused(result, settings);
    }

    /** The flags to try, from the newest kernels' to none at all. An unknown flag gives EINVAL. */
    private static int[] candidates(boolean singleOwner) {
        int submitAll = LibUring.IORING_SETUP_SUBMIT_ALL();
        int cooperative = submitAll | LibUring.IORING_SETUP_COOP_TASKRUN() | LibUring.IORING_SETUP_TASKRUN_FLAG();
        if (!singleOwner) {
            return new int[] {cooperative, submitAll, 0};
        }
        int deferred = submitAll
                | LibUring.IORING_SETUP_SINGLE_ISSUER()
                | LibUring.IORING_SETUP_DEFER_TASKRUN()
                | LibUring.IORING_SETUP_TASKRUN_FLAG();
        return new int[] {deferred, cooperative | LibUring.IORING_SETUP_SINGLE_ISSUER(), cooperative, submitAll, 0};
    }

    private static RingFeatures checked(MemorySegment ring, RingFeatures found) {
        boolean complete = (found.featureFlags & LibUring.IORING_FEAT_NODROP()) != 0
                && supports(
                        ring,
                        LibUring.IORING_OP_READ(),
                        LibUring.IORING_OP_WRITE(),
                        LibUring.IORING_OP_READ_FIXED(),
                        LibUring.IORING_OP_WRITE_FIXED(),
                        LibUring.IORING_OP_FSYNC());
        if (!complete) {
            LibUring.io_uring_queue_exit(ring);
            throw new RingException(
                    "this kernel's io_uring lacks plain reads and writes; Linux 5.6 or newer is needed", 0);
        }
        return found;
    }

    private static boolean supports(MemorySegment ring, int... operations) {
        MemorySegment address = LibUring.io_uring_get_probe_ring(ring);
        if (address.equals(MemorySegment.NULL)) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe = NativeMemory.view(address, io_uring_probe.sizeof(), arena);
            int count = Byte.toUnsignedInt(io_uring_probe.ops_len(probe));
            MemorySegment all =
                    NativeMemory.view(address, io_uring_probe.sizeof() + count * io_uring_probe_op.sizeof(), arena);
            for (int operation : operations) {
                if (operation >= count) {
                    return false;
                }
                MemorySegment entry = all.asSlice(
                        io_uring_probe.sizeof() + operation * io_uring_probe_op.sizeof(), io_uring_probe_op.sizeof());
                if ((io_uring_probe_op.flags(entry) & LibUring.IO_URING_OP_SUPPORTED()) == 0) {
                    return false;
                }
            }
            return true;
        } finally {
            LibUring.io_uring_free_probe(address);
        }
    }

    private static RingException refused(int result, RingSettings settings) {
        return Ring.failure(result, "set up a ring of " + settings.entries() + " entries", remedy(-result));
    }

    private static String remedy(int errno) {
        if (errno == LibC.EPERM()) {
            return switch (switchedOff()) {
                case "1" ->
                    "it is for privileged processes only: `sysctl kernel.io_uring_disabled=0` allows it to all,"
                            + " kernel.io_uring_group to a group";
                case "2" -> "it is switched off: `sysctl kernel.io_uring_disabled=0` allows it";
                default ->
                    "a seccomp filter forbids it, such as a container's: allow io_uring_setup, io_uring_enter and"
                            + " io_uring_register in its profile";
            };
        }
        if (errno == LibC.ENOMEM()) {
            return "raise the limit of locked memory: `ulimit -l`";
        }
        if (errno == LibC.ENOSYS()) {
            return "Linux 5.6 or newer with io_uring is needed; on such a kernel a seccomp filter hides it, such as a"
                    + " container's: allow io_uring_setup, io_uring_enter and io_uring_register in its profile";
        }
        return "";
    }

    /**
     * The value of the setting by which Linux 6.6 and newer can switch io_uring off; empty where the kernel has none.
     */
    private static String switchedOff() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/io_uring_disabled"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }
}
