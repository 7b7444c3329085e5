package io.znsslab.tier.platform;

import io.znsslab.bindings.MissingLibraryException;
import io.znsslab.bindings.uring.LibUring;
import io.znsslab.tier.RingException;
import io.znsslab.tier.uring.Ring;
import io.znsslab.tier.uring.RingFeatures;
import io.znsslab.tier.uring.RingSettings;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process may use io_uring, found by setting a ring up and taking it down again.
 *
 * @param usable whether a ring could be set up that has all that the tier needs
 * @param errno what the kernel answered where it refused the ring; 0 otherwise
 * @param refusal why there is no ring, and what to do about it, in one line; empty where there is one
 * @param features what this kernel's io_uring has beyond what the tier needs, and the tier uses
 * @param missing what it lacks of that: the tier is slower without
 * @param registersBuffers whether memory of {@link #REGISTERED_BYTES} could be registered, so that its pages are pinned
 *     once instead of at each operation; the limit of locked memory may forbid it
 */
public record RingSupport(
        boolean usable,
        int errno,
        String refusal,
        List<String> features,
        List<String> missing,
        boolean registersBuffers) {
    /** About what the rings of one tier register with its default settings, in bytes. */
    public static final long REGISTERED_BYTES = 8 << 20;

    private static final int ENTRIES = 8;
    private static final int PAGE_BYTES = 4096;

    public RingSupport {
        features = List.copyOf(features);
        missing = List.copyOf(missing);
    }

    /** Tries. */
    public static RingSupport probe() {
        try (Ring ring = Ring.open(new RingSettings(ENTRIES, true))) {
            List<String> features = new ArrayList<>(List.of("reads, writes and flushes with registered files"));
            List<String> missing = new ArrayList<>();
            RingFeatures found = ring.features();
            sort(found, LibUring.IORING_SETUP_SUBMIT_ALL(), "submit-all (Linux 5.18)", features, missing);
            sort(found, LibUring.IORING_SETUP_SINGLE_ISSUER(), "single issuer (Linux 6.0)", features, missing);
            sort(
                    found,
                    LibUring.IORING_SETUP_DEFER_TASKRUN(),
                    "deferred completion work (Linux 6.1)",
                    features,
                    missing);
            boolean registers = registersBuffers(ring);
            (registers ? features : missing).add("registered buffers");
            return new RingSupport(true, 0, "", features, missing, registers);
        } catch (RingException e) {
            return refused(e.errno(), e.getMessage());
        } catch (MissingLibraryException | UnsupportedOperationException e) {
            return refused(0, e.getMessage());
        }
    }

    private static RingSupport refused(int errno, @Nullable String message) {
        return new RingSupport(false, errno, String.valueOf(message), List.of(), List.of(), false);
    }

    private static void sort(RingFeatures found, int flag, String name, List<String> features, List<String> missing) {
        ((found.setupFlags() & flag) != 0 ? features : missing).add(name);
    }

    private static boolean registersBuffers(Ring ring) {
        try (Arena arena = Arena.ofConfined()) {
            return ring.registerBuffers(arena.allocate(REGISTERED_BYTES, PAGE_BYTES));
        } catch (RingException e) {
            return false;
        }
    }
}
