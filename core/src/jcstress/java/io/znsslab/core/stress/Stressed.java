package io.znsslab.core.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.EpochOpenException;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;

/** The allocator under stress, and what the races do with it. Thread-safe. */
final class Stressed {
    /** The class's slots: two to a slab. */
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
     * An epoch for one state. A run that is stopped leaves states behind that nobody works on: their epochs are closed
     * when they are in the way.
     */
    static long openEpoch() {
        while (true) {
            try {
                return ALLOCATOR.advanceEpoch();
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

    /** Looks at the object's bytes twice, with a reader in between. */
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

    /** Whether nothing of a closed epoch is left. */
    static String drained(long epoch) {
        return ALLOCATOR.epochInfo(epoch).state() == EpochInfo.State.DRAINED ? DRAINED : UNDRAINED;
    }

    /** Two objects that fill a slab: the one whose frame the calling thread released last, if it did. */
    static long[] fillSlab(long epoch) {
        return new long[] {allocate(epoch), allocate(epoch)};
    }

    /**
     * Whether objects that should be live are, also after the next allocations of their epoch, which a slot that is
     * wrongly free would serve.
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
