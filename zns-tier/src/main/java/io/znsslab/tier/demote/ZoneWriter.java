package io.znsslab.tier.demote;

import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.ExtentSummaryLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.ZoneHeaderLayout;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes one zone after the other: forms extents in staging buffers. Belongs to the writer thread.
 *
 * <p>A zone is always written to its last byte, the rest of it with zeroes, so that it becomes full by itself:
 * finishing a zone, which takes up to a second on real devices, is never needed.
 */
final class ZoneWriter {
    private static final int BLOCK = SealedBlock.LOCATION_BYTES;

    private final DeviceGeometry geometry;
    private final ZoneAllocator zones;
    private final ZoneTable table;
    private final DemotionCounters counters;
    private final int slabBytes;
    private final int mostSlabs;
    private final SlabImageLayout images;
    private final ExtentSummaryLayout summaries;
    private final ZoneHeaderLayout headers;
    private final ByteBuffer summary = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private final MemorySegment summaryBytes = MemorySegment.ofBuffer(summary);
    private final long[] live = new long[4];

    private int zone = ZoneAllocator.NONE;
    private long incarnation;
    private long nextByte;
    private long endByte;
    private long previousSummary;
    private boolean waitsForLog;
    /** Whether the zone belongs to the reserve, which only relocations may use. */
    private boolean zoneFromReserve;

    /** Whether the writer takes batches from epochs, relocations, or both. */
    private final boolean takesDemotions;

    /** The generations of relocated slabs that the writer takes; none when the first is above the last. */
    private final int firstGeneration;

    private final int lastGeneration;

    /** The lifetimes of epochs that the writer takes: a bit for each code. */
    private int lifetimes = LifetimeAffinity.ALL;

    /** The demotion that the writer takes slabs from; null when there is none. */
    DemotedBatch demotion;
    /** The write in flight; null when there is none. */
    StagedWrite writing;
    /** The extent to be written next; null when there is none. */
    StagedWrite filled;

    ZoneWriter(
            TierContext context,
            DemotionCounters counters,
            int stagingBytes,
            boolean takesDemotions,
            int firstGeneration,
            int lastGeneration) {
        this.takesDemotions = takesDemotions;
        this.firstGeneration = firstGeneration;
        this.lastGeneration = lastGeneration;
        geometry = context.device().geometry();
        zones = context.zones();
        table = context.table();
        this.counters = counters;
        SlabShape shape = context.slabs().shape();
        DeviceIdentity identity = context.identity();
        slabBytes = shape.slabBytes();
        images = new SlabImageLayout(identity, shape);
        summaries = new ExtentSummaryLayout(identity, shape);
        headers = new ZoneHeaderLayout(identity, slabBytes);
        // An extent holds besides its slabs a header, a summary, and the padding of a zone's last extent, which is less
        // than another slab with its summary.
        mostSlabs = Math.min(summaries.capacity(), (stagingBytes - 3 * BLOCK - slabBytes) / slabBytes);
    }

    /** Slabs that the largest extent holds. */
    int mostSlabs() {
        return mostSlabs;
    }

    /** Bytes a zone must have to hold a single slab. */
    static long leastZoneBytes(int slabBytes) {
        return 2L * BLOCK + slabBytes;
    }

    /**
     * Whether extents for the whole zone are formed and only remain to be written; no further extent can be formed
     * until {@link #zoneEnded}.
     */
    boolean isEndingZone() {
        return zone != ZoneAllocator.NONE && nextByte == endByte;
    }

    /** Whether the zone writer takes slabs of that demotion now. */
    boolean takes(DemotedBatch demotion) {
        if (isForRelocations() && demotion.takenByWritersOfRelocations && hasRoomFor(demotion)) {
            return true;
        }
        if (demotion.isRelocation()) {
            int generation = demotion.relocated.generation();
            return generation >= firstGeneration && generation <= lastGeneration;
        }
        return takesAnyLifetime()
                && (demotion.takenByAnyWriter || (lifetimes & LifetimeAffinity.bit(demotion.lifetime())) != 0);
    }

    /** Whether the writer is for relocated slabs, and takes slabs of epochs only when no other space is left. */
    boolean isForRelocations() {
        return !takesDemotions;
    }

    /**
     * Whether the rest of the zone can go to a demotion of a kind that the writer is not meant for: an epoch's demotion
     * may have it as long as the reserve is whole, since the next relocated slabs then find space there.
     */
    boolean hasRoomFor(DemotedBatch demotion) {
        return hasZone()
                && !isEndingZone()
                && (demotion.isRelocation() || (zones.reserve() > 0 && zones.freeZones() >= zones.reserve()));
    }

    /** Whether the writer would take slabs of epochs now, whatever their lifetime. */
    boolean takesAnyLifetime() {
        return takesDemotions && !(hasZone() && zoneFromReserve);
    }

    /** Limits the writer to epochs of these lifetimes. */
    void takeOnly(int lifetimeBits) {
        lifetimes = lifetimeBits;
    }

    /** Whether the writer takes slabs of epochs. */
    boolean takesDemotions() {
        return takesDemotions;
    }

    boolean hasZone() {
        return zone != ZoneAllocator.NONE;
    }

    /** Whether the writer got no zone because the log is being written, which ends soon. */
    boolean waitsForLog() {
        return waitsForLog;
    }

    /** Opens the next zone, or one that an earlier run has begun. False when the device has none left. */
    boolean openZone(boolean fromReserve) {
        int opened = zones.open(fromReserve);
        waitsForLog = opened == ZoneAllocator.WHILE_LOG_IS_WRITTEN;
        zone = waitsForLog ? ZoneAllocator.NONE : opened;
        if (zone == ZoneAllocator.NONE) {
            return false;
        }
        zoneFromReserve = fromReserve;
        table.generation(zone, takesDemotions ? 0 : firstGeneration);
        previousSummary = table.lastSummary(zone);
        incarnation = table.incarnation(zone);
        nextByte = table.nextByte(zone);
        endByte = geometry.startOf(zone) + table.capacityBytes(zone);
        return true;
    }

    /** Ends the zone after its last write. Returns whether the zone is dead already. */
    boolean zoneEnded() {
        int ended = zone;
        zone = ZoneAllocator.NONE;
        return zones.sealed(ended);
    }

    /** Ends the zone before it is full. Returns whether it is dead already. */
    boolean endZoneEarly() {
        return abandonZone(nextByte);
    }

    /**
     * Ends the zone after a failure: the rest of it stays unused, and counts as dead for collection. Returns whether
     * the zone is dead already.
     *
     * @param firstUnwritten device offset at which the rest begins
     */
    boolean abandonZone(long firstUnwritten) {
        int left = (int) ((endByte - firstUnwritten) / slabBytes);
        table.restGivenUp(zone, Math.max(0, left - 1));
        int abandoned = zone;
        zone = ZoneAllocator.NONE;
        return zones.abandoned(abandoned);
    }

    /** The source of an extent's slabs. */
    interface Source {
        /** The demotion to take the next slab from; null when there is none. */
        DemotedBatch next();
    }

    /** Fills a staging buffer with an extent for the zone's next bytes. At least one slab must be there. */
    void fill(StagedWrite write, Extent extent, Source source) {
        extent.begin(zone);
        int at = 0;
        if (nextByte == geometry.startOf(zone)) {
            headers.seal(write.view, 0, nextByte / BLOCK, incarnation, zone);
            at = BLOCK;
        }
        long room = endByte - nextByte - at - ExtentSummaryLayout.BLOCK_BYTES;
        int most = (int) Math.min(mostSlabs, room / slabBytes);
        summaries.begin(summary, 0);
        DemotedBatch from = source.next();
        while (from != null && extent.slabs() < most && summaries.hasRoomFor(from.batch.sizeClass(from.next))) {
            addSlab(write, at, extent, from);
            at += slabBytes;
            from = source.next();
        }
        int imageBytes = extent.slabs() * slabBytes;
        int demotedBytes = extent.demotedSlabs() * slabBytes;
        long summaryLocation = (nextByte + at) / BLOCK;
        summaries.seal(summary, 0, summaryLocation, incarnation, zones.nextExtent(), previousSummary);
        previousSummary = summaryLocation;
        MemorySegment.copy(summaryBytes, 0, write.buffer, at, BLOCK);
        at += BLOCK;
        int padding = padding(at);
        write.buffer.asSlice(at, padding).fill((byte) 0);

        zones.addLive(zone, extent.slabs());
        counters.imageBytes.add(demotedBytes);
        counters.relocatedBytes.add(imageBytes - demotedBytes);
        counters.headerBytes.add(at - imageBytes);
        counters.paddingBytes.add(padding);
        write.extent = extent;
        write.summaryLocation = summaryLocation;
        write.writer = this;
        write.startByte = nextByte;
        write.bytes = at + padding;
        nextByte += write.bytes;
        write.endsZone = nextByte == endByte;
        extent.bytes = write.bytes;
    }

    private void addSlab(StagedWrite write, int at, Extent extent, DemotedBatch from) {
        SlabBatch batch = from.batch;
        int index = from.next++;
        long location = (nextByte + at) / BLOCK;
        long slabId = batch.slabId(index);
        int sizeClass = batch.sizeClass(index);
        // The bitmap is read before the page is copied: an object freed in between is in the bitmap, and its slot in
        // the page says that it is free. The allocator knows the truth in either case.
        int liveCount = batch.liveSlots(index, live);
        MemorySegment.copy(batch.page(index), 0, write.buffer, at, slabBytes);
        int crc = images.seal(
                write.view,
                at,
                location,
                incarnation,
                slabId,
                sizeClass,
                from.epochOf(index),
                batch.baseGeneration(index),
                batch.lastGeneration(index));
        summaries.entry(
                summary,
                0,
                slabId,
                sizeClass,
                from.epochOf(index),
                batch.baseGeneration(index),
                batch.lastGeneration(index),
                crc,
                liveCount,
                live);
        extent.add(from, index, location);
    }

    /** Bytes of padding that fill the zone up when no further slab would fit. */
    private int padding(int extentBytes) {
        long left = endByte - nextByte - extentBytes;
        return left < slabBytes + ExtentSummaryLayout.BLOCK_BYTES ? (int) left : 0;
    }
}
