package io.znsslab.tier;

import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.zone.ZoneTable;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks the arguments of an allocator's calls: a call with others is refused in one sentence before the tier does
 * anything.
 */
final class TierArguments {
    /** The number of slab ids that the wide handle format can name. */
    private static final long SLAB_IDS = 1L << 30;

    private static final int LARGEST_GENERATION = (1 << 24) - 1;
    /** An epoch limit so low that a bound above it can't overflow. */
    private static final long LARGEST_EPOCH = 1L << 62;

    private TierArguments() {}

    static void requireSlabId(long slabId) {
        requireAtMost("slab id", slabId, SLAB_IDS - 1);
    }

    /** Checks the first id that is wanted, which may be the one after the last. */
    static void requireWantedSlabId(long wanted) {
        requireAtMost("slab id", wanted, SLAB_IDS);
    }

    static void requireGeneration(long slabId, int generation) {
        requireSlabId(slabId);
        requireAtMost("generation", generation, LARGEST_GENERATION);
    }

    static void requireEpoch(long epoch) {
        requireAtMost("epoch", epoch, LARGEST_EPOCH);
    }

    static void requireZone(ZoneTable table, int zone) {
        requireAtMost("zone", zone, table.zoneCount() - 1);
    }

    private static void requireAtMost(String what, long value, long most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(what + " " + value + ": must be 0 to " + most);
        }
    }

    static boolean isOn(ZonedDevice device, long location) {
        return location > 0 && location < device.geometry().sizeBytes() / SealedBlock.LOCATION_BYTES;
    }

    static void requireLocation(ZonedDevice device, long slabId, long location) {
        requireSlabId(slabId);
        if (!isOn(device, location)) {
            throw new IllegalArgumentException("location " + location + " of slab " + slabId + ": must be 1 to "
                    + (device.geometry().sizeBytes() / SealedBlock.LOCATION_BYTES - 1) + " on " + device.name());
        }
    }

    static void requireDestination(MemorySegment destination) {
        Objects.requireNonNull(destination, "destination must not be null");
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("destination of " + destination.byteSize() + " bytes is read-only");
        }
    }

    static void requireRoom(MemorySegment destination, int slabBytes) {
        if (destination.byteSize() < slabBytes) {
            throw new IllegalArgumentException("destination of " + destination.byteSize() + " bytes: must have the "
                    + slabBytes + " bytes of a slab");
        }
    }

    static void requireRoot(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes must not be null");
        if (bytes.length > LogRecordLayout.MOST_ROOT_BYTES) {
            throw new IllegalArgumentException("a root of " + bytes.length + " bytes: must be at most "
                    + LogRecordLayout.MOST_ROOT_BYTES + "; keep more in an object, and its handle in the root");
        }
    }

    static void requireAlike(long[] slabIds, int[] sizeClasses, long[] locations, @Nullable Throwable[] failures) {
        Objects.requireNonNull(slabIds, "slabIds must not be null");
        Objects.requireNonNull(sizeClasses, "sizeClasses must not be null");
        Objects.requireNonNull(locations, "locations must not be null");
        Objects.requireNonNull(failures, "failures must not be null");
        int slabs = slabIds.length;
        if (sizeClasses.length != slabs || locations.length != slabs || failures.length != slabs) {
            throw new IllegalArgumentException(
                    ("%d slabs with %d classes, %d locations and room for %d failures:" + " must be as many of each")
                            .formatted(slabs, sizeClasses.length, locations.length, failures.length));
        }
    }
}
