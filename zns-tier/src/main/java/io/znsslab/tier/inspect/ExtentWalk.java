package io.znsslab.tier.inspect;

import static java.util.Objects.requireNonNull;

import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.ExtentSummaryLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.recovery.FoundStore;
import io.znsslab.tier.staging.StagingBuffers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the extents of a zone by their summaries, each of which leads to the one before it. Where one is damaged, the
 * blocks in front of it are searched. For one thread.
 */
final class ExtentWalk {
    private static final int BLOCK = ExtentSummaryLayout.BLOCK_BYTES;
    private static final int PIECE_BYTES = 1 << 20;

    private final ZonedDevice device;
    private final FoundStore store;
    private final SlabImages images;
    private final @Nullable ExtentSummaryLayout summaries;
    private final List<Extent> found = new ArrayList<>();

    ExtentWalk(ZonedDevice device, FoundStore store, SlabImages images) {
        this.device = device;
        this.store = store;
        this.images = images;
        var shape = images.shape();
        summaries =
                shape == null ? null : new ExtentSummaryLayout(store.newest().device(), shape);
    }

    /** The extents of the zone, as far as the log knows of them, in the order of their offsets. */
    List<Extent> extents(int zone) {
        ZoneDescriptor descriptor = store.zones().get(zone);
        long location = store.incarnation(zone) == 0 ? 0 : store.lastSummary(zone);
        if (summaries == null || location == 0) {
            return List.of();
        }
        try (StagingBuffers buffers = new StagingBuffers(1, PIECE_BYTES)) {
            while (location != 0 && isInside(descriptor, location)) {
                String damage = load(buffers, location, zone);
                if (damage != null) {
                    long offset = location * SealedBlock.LOCATION_BYTES;
                    found.add(new Extent(zone, offset, offset, 0, List.of(), damage));
                    search(buffers, descriptor, location);
                    break;
                }
                found.add(extent(buffers.view(0), 0, location, zone));
                long previous = ExtentSummaryLayout.previous(buffers.view(0), 0);
                location = previous < location ? previous : 0;
            }
        }
        found.sort(Comparator.comparingLong(Extent::summaryOffsetBytes));
        return List.copyOf(found);
    }

    /** With the store's shape, of which summaries have the size. */
    private ExtentSummaryLayout summaries() {
        return requireNonNull(summaries);
    }

    private static boolean isInside(ZoneDescriptor zone, long location) {
        long offset = location * SealedBlock.LOCATION_BYTES;
        return offset > zone.startBytes() && offset + BLOCK <= zone.endBytes();
    }

    /** Reads a summary. Returns why it is not sound; null if it is. */
    private @Nullable String load(StagingBuffers buffers, long location, int zone) {
        try {
            device.read(location * SealedBlock.LOCATION_BYTES, buffers.buffer(0).asSlice(0, BLOCK));
        } catch (DeviceException e) {
            return e.getMessage();
        }
        Mismatch mismatch = summaries().check(buffers.view(0), 0, location, store.incarnation(zone));
        return mismatch == null ? null : mismatch.explanation();
    }

    /** Finds summaries by looking at each block of the zone in front of a location. */
    private void search(StagingBuffers buffers, ZoneDescriptor zone, long before) {
        long end = before * SealedBlock.LOCATION_BYTES;
        for (long at = zone.startBytes() + BLOCK; at < end; at += PIECE_BYTES) {
            int bytes = (int) Math.min(PIECE_BYTES, end - at);
            try {
                device.read(at, buffers.buffer(0).asSlice(0, bytes));
            } catch (DeviceException e) {
                // Slabs that can't be read are reported as such; an extent in this piece is not found.
                continue;
            }
            for (int block = 0; block < bytes; block += BLOCK) {
                long location = (at + block) / SealedBlock.LOCATION_BYTES;
                if (summaries().check(buffers.view(0), block, location, store.incarnation(zone.index())) == null) {
                    found.add(extent(buffers.view(0), block, location, zone.index()));
                }
            }
        }
    }

    private Extent extent(ByteBuffer summary, int at, long location, int zone) {
        int count = ExtentSummaryLayout.count(summary, at);
        long locationsOfSlab = images.requireShape().slabBytes() / SealedBlock.LOCATION_BYTES;
        long first = location - count * locationsOfSlab;
        List<SlabPlace> slabs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            slabs.add(slab(summary, at, i, first + i * locationsOfSlab, zone));
        }
        return new Extent(
                zone,
                first * SealedBlock.LOCATION_BYTES,
                location * SealedBlock.LOCATION_BYTES,
                ExtentSummaryLayout.sequence(summary, at),
                slabs,
                null);
    }

    private SlabPlace slab(ByteBuffer summary, int at, int entry, long location, int zone) {
        ExtentSummaryLayout summaries = summaries();
        long slabId = summaries.slabId(summary, at, entry);
        int index = store.indexOf(slabId);
        if (index >= 0 && store.location(index) == location) {
            return images.placeOf(index);
        }
        int sizeClass = summaries.sizeClass(summary, at, entry);
        boolean isKnown = sizeClass <= images.requireShape().packedClass();
        return new SlabPlace(
                slabId,
                summaries.epoch(summary, at, entry),
                false,
                isKnown && images.isPacked(sizeClass),
                isKnown ? images.requireShape().slotBytes(sizeClass) : 0,
                summaries.baseGeneration(summary, at, entry),
                zone,
                location * SealedBlock.LOCATION_BYTES,
                0);
    }
}
