package io.znsslab.core.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.EpochOpenException;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.util.concurrent.ThreadLocalRandom;

/** The allocator under stress, and the operations that the races perform on it. Thread-safe. */
final class Stressed {
    /** The size of the class's slots, of which a slab has two. */
    private static final int SLOT_BYTES = 2008;

    private static final int PAYLOAD_BYTES = 2000;

    static final String ITS_BYTES = "its bytes";
    static final String OTHER_BYTES = "other bytes";
    static final String STALE = "stale";
    static final String FREED = "freed";
    static final String FOUND = "found";
    static final String REFUSED = "refused";
    static final String INTACT = "intact";
    static final String HARMED = "harmed";
    static final String DRAINED = "drained";
    static final String UNDRAINED = "undrained";

    static final InstantTier TIER = new InstantTier();

    static final SlabAllocator ALLOCATOR = SlabAllocator.builder()
            .limitBytes(256 << 20)
            .sizeClasses(SLOT_BYTES)
            .epochCount(32_768)
            .reclamation(Reclamation.KEEP_HOT)
            .coldTier(TIER)
            .build();

    private Stressed() {}

    /**
     * An epoch for one state, packed or not. A stopped run leaves states behind that no thread works on: their epochs
     * are closed when the ring's next epoch needs their place.
     */
    static long openEpoch() {
        while (true) {
            try {
                return ALLOCATOR.advanceEpoch(
                        EpochOptions.DEFAULT.packed(ThreadLocalRandom.current().nextBoolean()));
            } catch (EpochOpenException e) {
                var _ = ALLOCATOR.closeEpoch(e.openEpoch(), Disposition.DISCARD);
            }
        }
    }

    /** A new object that holds its own handle. */
    static long allocate(long epoch) {
        long handle = ALLOCATOR.allocate(PAYLOAD_BYTES, epoch);
        if (!Handle.isHandle(handle)) {
            throw new IllegalStateException("no object in epoch " + epoch + ": " + handle);
        }
        ALLOCATOR.resolve(handle).set(JAVA_LONG, 0, handle);
        return handle;
    }

    static String free(long handle) {
        return outcome(ALLOCATOR.free(handle));
    }

    static String outcome(boolean freed) {
        return freed ? FREED : STALE;
    }

    /** Reads the object's bytes twice within one read callback. */
    static String read(long handle) {
        String[] seen = {STALE};
        ALLOCATOR.read(handle, payload -> {
            boolean before = payload.get(JAVA_LONG, 0) == handle;
            Thread.onSpinWait();
            seen[0] = before && payload.get(JAVA_LONG, 0) == handle ? ITS_BYTES : OTHER_BYTES;
        });
        return seen[0];
    }

    static String resolve(long handle) {
        return ALLOCATOR.resolve(handle) == null ? STALE : FOUND;
    }

    static EpochClosing close(long epoch, Disposition disposition) {
        return ALLOCATOR.closeEpoch(epoch, disposition).join();
    }

    /** Whether a closed epoch has no slab left. */
    static String drained(long epoch) {
        return ALLOCATOR.epochInfo(epoch).state() == EpochInfo.State.DRAINED ? DRAINED : UNDRAINED;
    }

    /** Two objects that fill a slab. It takes the frame that the calling thread released last, if there is one. */
    static long[] fillSlab(long epoch) {
        return new long[] {allocate(epoch), allocate(epoch)};
    }

    /**
     * Whether objects that should be live are live, also after the next allocations of their epoch, which would take a
     * slot that is wrongly free.
     */
    static String state(long epoch, long... live) {
        fillSlab(epoch);
        for (long handle : live) {
            if (!read(handle).equals(ITS_BYTES)) {
                return HARMED;
            }
        }
        return INTACT;
    }
}
