package io.znsslab.tier.inspect;

import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.ZoneHeaderLayout;
import io.znsslab.tier.inspect.Damage.What;
import io.znsslab.tier.recovery.FoundStore;
import io.znsslab.tier.recovery.LogCheck;
import io.znsslab.tier.staging.StagingBuffers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything of a store that counts, in the order of offsets: the log with its copies, then each zone's header
 * and summaries, then all live slabs. Used once, by one thread.
 */
final class Verifier {
    private static final int BLOCK = SealedBlock.LOCATION_BYTES;
    private static final int PIECE_BYTES = 1 << 20;

    private final StoreInspection inspection;
    private final ZonedDevice device;
    private final FoundStore store;
    private final SlabImages images;
    private final Pace pace;
    private final List<Damage> damages = new ArrayList<>();
    private final BitSet zonesToEvacuate = new BitSet();
    private long leftOut;
    private long slabs;
    private long objects;
    private long extents;
    private long damagedSlabs;
    private long damagedObjects;

    Verifier(StoreInspection inspection, SlabImages images, Pace pace) {
        this.inspection = inspection;
        this.images = images;
        this.pace = pace;
        device = inspection.device();
        store = inspection.store();
    }

    Verification verify() {
        long[] order = slabsByOffset();
        pace.expect(expectedBytes(order));
        checkLog();
        if (order.length > 0 && images.areKnown()) {
            try (StagingBuffers buffers = new StagingBuffers(1, PIECE_BYTES)) {
                checkZones(order, buffers);
                checkSlabs(order, buffers);
            }
        }
        return new Verification(
                pace.bytes(),
                pace.nanos(),
                slabs,
                objects,
                extents,
                damagedSlabs,
                damagedObjects,
                damages,
                leftOut,
                store.losses(),
                zonesToEvacuate.stream().boxed().toList());
    }

    /** The live slabs as location and index, in the order of locations. */
    private long[] slabsByOffset() {
        int[] indexes = store.slabs();
        long[] order = new long[indexes.length];
        for (int i = 0; i < order.length; i++) {
            // Locations have 32 bits: with their highest bit turned over, the order of signed numbers is theirs.
            order[i] = (store.location(indexes[i]) << Integer.SIZE | indexes[i]) ^ Long.MIN_VALUE;
        }
        Arrays.sort(order);
        return order;
    }

    private static long locationOf(long ordered) {
        return (ordered ^ Long.MIN_VALUE) >>> Integer.SIZE;
    }

    private int zoneOf(long ordered) {
        return store.zoneOf(locationOf(ordered));
    }

    private long expectedBytes(long[] order) {
        long log = inspection.overview().log().stream()
                .filter(region -> region.state() == LogRegion.State.COUNTING)
                .mapToLong(LogRegion::writtenBytes)
                .sum();
        return log
                + (images.areKnown()
                        ? order.length * (long) images.requireShape().slabBytes()
                        : 0);
    }

    private void checkLog() {
        store.checkCopies(new LogCheck() {
            @Override
            public void checked(long bytes) {
                pace.read(bytes);
            }

            @Override
            public void superblockDamaged(int zone, long offsetBytes, String reason) {
                add(new Damage(What.SUPERBLOCK_COPY, zone, offsetBytes, -1, -1, 0, reason));
            }

            @Override
            public void blockDamaged(int zone, long offsetBytes, String reason) {
                add(new Damage(What.LOG_COPY, zone, offsetBytes, -1, -1, 0, reason));
            }
        });
    }

    private void add(Damage damage) {
        if (damages.size() < Verification.MOST_DAMAGES) {
            damages.add(damage);
        } else {
            leftOut++;
        }
    }

    private void checkZones(long[] order, StagingBuffers buffers) {
        BitSet zones = new BitSet();
        for (long slab : order) {
            zones.set(zoneOf(slab));
        }
        ZoneHeaderLayout headers = new ZoneHeaderLayout(
                store.newest().device(), images.requireShape().slabBytes());
        for (int zone = zones.nextSetBit(0); zone >= 0; zone = zones.nextSetBit(zone + 1)) {
            ZoneDescriptor descriptor = store.zones().get(zone);
            String reason = headerMismatch(headers, descriptor, buffers);
            if (reason != null) {
                zonesToEvacuate.set(zone);
                add(new Damage(What.ZONE_HEADER, zone, descriptor.startBytes(), -1, -1, 0, reason));
            }
            pace.read(BLOCK);
            for (Extent extent : new ExtentWalk(device, store, images).extents(zone)) {
                extents++;
                pace.read(BLOCK);
                if (extent.damage() != null) {
                    zonesToEvacuate.set(zone);
                    add(new Damage(What.SUMMARY, zone, extent.summaryOffsetBytes(), -1, -1, 0, extent.damage()));
                }
            }
        }
    }

    private @Nullable String headerMismatch(ZoneHeaderLayout headers, ZoneDescriptor zone, StagingBuffers buffers) {
        try {
            device.read(zone.startBytes(), buffers.buffer(0).asSlice(0, BLOCK));
        } catch (DeviceException e) {
            return e.getMessage();
        }
        Mismatch mismatch =
                headers.check(buffers.view(0), 0, zone.startBytes() / SealedBlock.LOCATION_BYTES, zone.index());
        if (mismatch == null && ZoneHeaderLayout.incarnation(buffers.view(0), 0) != store.incarnation(zone.index())) {
            mismatch = Mismatch.INCARNATION;
        }
        return mismatch == null ? null : mismatch.explanation();
    }

    private void checkSlabs(long[] order, StagingBuffers buffers) {
        int slabBytes = images.requireShape().slabBytes();
        long locations = slabBytes / SealedBlock.LOCATION_BYTES;
        for (int from = 0; from < order.length; ) {
            int to = from + 1;
            while (to < order.length
                    && to - from < PIECE_BYTES / slabBytes
                    && locationOf(order[to]) == locationOf(order[from]) + (to - from) * locations
                    && zoneOf(order[to]) == zoneOf(order[from])) {
                to++;
            }
            checkRun(order, from, to, buffers);
            pace.read((long) (to - from) * slabBytes);
            from = to;
        }
    }

    /** Checks slabs that lie side by side. */
    private void checkRun(long[] order, int from, int to, StagingBuffers buffers) {
        int slabBytes = images.requireShape().slabBytes();
        try {
            device.read(
                    locationOf(order[from]) * SealedBlock.LOCATION_BYTES,
                    buffers.buffer(0).asSlice(0, (long) (to - from) * slabBytes));
        } catch (DeviceException e) {
            if (to - from > 1) {
                for (int i = from; i < to; i++) {
                    checkRun(order, i, i + 1, buffers);
                }
            } else {
                if (damaged((int) order[from], "it can't be read: " + e.getMessage())) {
                    zonesToEvacuate.set(zoneOf(order[from]));
                }
            }
            return;
        }
        for (int i = from; i < to; i++) {
            checkSlab((int) order[i], buffers, (i - from) * slabBytes);
        }
    }

    private void checkSlab(int index, StagingBuffers buffers, int at) {
        ColdImage slab = new ColdImage();
        store.describe(index, slab);
        Mismatch mismatch = images.check(buffers.view(0), at, slab);
        if (mismatch != null) {
            damaged(index, mismatch.explanation());
            return;
        }
        long[] counts = new long[2];
        images.inImages()
                .forEachLive(
                        buffers.buffer(0).asSlice(at, images.requireShape().slabBytes()),
                        slab,
                        (slot, object) -> counts[object == null ? 1 : 0]++);
        if (counts[1] > 0) {
            damaged(index, "in " + counts[1] + " of its live slots there is no object of it");
            return;
        }
        slabs++;
        objects += counts[0];
    }

    /** Notes the damage; returns whether there is any: a slab that has moved is none. */
    private boolean damaged(int index, String reason) {
        SlabPlace place = images.placeOf(index);
        if (hasMoved(place)) {
            return false;
        }
        slabs++;
        damagedSlabs++;
        damagedObjects += place.objects();
        add(new Damage(
                What.SLAB, place.zone(), place.offsetBytes(), place.epoch(), place.slabId(), place.objects(), reason));
        return true;
    }

    /** Whether another process that has the store open has given the slab's zone up since the store was found. */
    private boolean hasMoved(SlabPlace place) {
        if (!device.isWrittenByOthers()) {
            return false;
        }
        try (StoreInspection now = StoreInspection.open(Path.of(device.name()))) {
            int index = now.store().indexOf(place.slabId());
            return index < 0
                    || now.store().location(index) * SealedBlock.LOCATION_BYTES != place.offsetBytes()
                    || now.store().incarnation(place.zone()) != store.incarnation(place.zone());
        }
    }
}
