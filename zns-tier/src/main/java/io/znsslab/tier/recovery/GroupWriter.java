package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.LogRecordEncoder;
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.zone.ZoneTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Makes records of what the allocator says about its slabs, for one region. A slab's zone is always recorded before the
 * slab. For one thread.
 */
final class GroupWriter implements ColdImages {
    private static final byte[] NO_LABEL = {};
    private static final long NOT_RECORDED = -1;

    private final RegionWriter region;
    private final LoggedState state;
    private final ColdSlabs slabs;
    private final ZoneTable table;
    private final SlabShape shape;
    /** For each zone, the incarnation and the last summary that this region has recorded. */
    private final long[] recordedIncarnations;

    private final long[] recordedSummaries;

    private int recordedFailures;
    private Bounds recordedBounds;
    private IssueBounds recordedIssued;
    /** The number of the root that this region has recorded. */
    private long recordedRoot;

    private final ColdImage image = new ColdImage();
    /** The record that this writer is adding to; 0 for none. */
    private int record;

    private long recordEpoch;
    private int recordWords;
    private Kind recordKind = Kind.DEAD;
    private long recordBlock;
    private long slabsWritten;

    // The slab that was recorded last, and the block that its record is in.
    private long lastSlab;
    private long lastLocation;
    private int lastFacts;
    private long lastEpoch;
    private final long[] lastLive;
    private long lastBlock = -1;
    private long lastDead;

    /** Kinds of records that grow by one item at a time. */
    private enum Kind {
        SLABS(false),
        FOLLOWING(false),
        ALIKE(true),
        DEAD(true);

        /** Whether the record counts the slabs or ids that it stands for, without bytes for each. */
        final boolean isRun;

        Kind(boolean isRun) {
            this.isRun = isRun;
        }
    }

    GroupWriter(RegionWriter region, LoggedState state) {
        this.region = region;
        this.state = state;
        slabs = state.slabs();
        table = state.table();
        shape = slabs.shape();
        lastLive = new long[image.live.length];
        recordedIncarnations = new long[table.zoneCount()];
        recordedSummaries = new long[table.zoneCount()];
        Arrays.fill(recordedSummaries, NOT_RECORDED);
    }

    /** The most blocks that a group takes outside a checkpoint. */
    long mostBlocks(RegionSequence.Group group) {
        int words = shape.bitmapWords(shape.packedClass());
        long bytes = group.ids().size()
                        * (long) (LogRecordLayout.ZONE_BYTES
                                + LogRecordLayout.SLABS_BYTES
                                + LogRecordLayout.itemBytes(words))
                + (long) group.reserved().raised().size() * LogRecordLayout.RAISED_ITEM_BYTES
                + group.newEpochs().size()
                        * (long) (LogRecordLayout.EXPIRY_BYTES
                                + LogRecordLayout.epochBytes(LogRecordLayout.MOST_LABEL_BYTES))
                + group.changedEpochs().size() * (long) LogRecordLayout.EXPIRY_BYTES
                + LogBlockLayout.BLOCK_BYTES;
        Root root = state.root();
        int blocksOfRoot = root.number() == recordedRoot ? 0 : LogGeometry.rootBlocks(Math.max(1, root.bytes().length));
        return bytes / (LogGeometry.RECORD_BYTES - 200) + 1 + blocksOfRoot;
    }

    /** Begins a region: records all that is not about single slabs. The slabs that have an image follow. */
    void beginCheckpoint(RegionSequence.Group group) {
        int[] slotBytes = new int[shape.sizeClasses()];
        for (int sizeClass = 0; sizeClass < slotBytes.length; sizeClass++) {
            slotBytes[sizeClass] = shape.slotBytes(sizeClass);
        }
        int at = region.room(LogRecordLayout.shapeBytes(slotBytes.length));
        end(LogRecordEncoder.putShape(region.view(), at, shape.handleVersion(), shape.slabBytes(), slotBytes));
        // Here the bounds that hold for the whole region are promised.
        recordedIssued = group.reserved().issued();
        end(putIssued(recordedIssued));
        bounds(group.reserved().bounds());
        raised(state.raised());
        failedZones();
        root();
    }

    /** Ends the checkpoint, once all slabs that have an image are recorded. */
    void endCheckpoint() {
        end(LogRecordEncoder.putCheckpointEnd(
                region.view(), region.room(LogRecordLayout.CHECKPOINT_END_BYTES), slabsWritten));
    }

    /**
     * Records that the store is open again, in a region that an earlier opening began.
     *
     * @param promise what the region promises
     */
    void reopened(long opening, RegionSequence.Group group, Bounds promise) {
        end(LogRecordEncoder.putReopened(region.view(), region.room(LogRecordLayout.REOPENED_BYTES), opening));
        recordedIssued = group.reserved().issued().withFar(promise);
        end(putIssued(recordedIssued));
        // The earlier opening has recorded it in this region.
        recordedRoot = state.root().number();
        add(group);
    }

    /** Records all that a group says, except that the store is closed. */
    void add(RegionSequence.Group group) {
        failedZones();
        for (int i = 0; i < group.ids().size(); i++) {
            slab(group.ids().get(i));
        }
        group.changedEpochs().forEach(this::changed);
        group.newEpochs().forEach(this::acknowledge);
        reserved(group.reserved());
        root();
    }

    /** Records the root as it is now, as far as this region has not recorded it yet. */
    private void root() {
        Root root = state.root();
        if (root.number() == recordedRoot) {
            return;
        }
        recordedRoot = root.number();
        int from = 0;
        do {
            int bytes = Math.min(root.bytes().length - from, LogRecordLayout.MOST_ROOT_PART_BYTES);
            int at = region.room(LogRecordLayout.rootBytes(bytes));
            end(LogRecordEncoder.putRoot(region.view(), at, root.number(), root.bytes(), from, bytes));
            from += bytes;
        } while (from < root.bytes().length);
    }

    /** Records which zones have failed since this region last recorded failures. */
    private void failedZones() {
        int failures = table.failures();
        if (failures == recordedFailures) {
            return;
        }
        recordedFailures = failures;
        for (int zone = 0; zone < table.zoneCount(); zone++) {
            if (table.hasFailed(zone)) {
                end(LogRecordEncoder.putZone(region.view(), region.room(LogRecordLayout.ZONE_BYTES), zone, 0, 0, 0));
            }
        }
    }

    /** Records what may be issued from now on, as far as this region has not recorded it yet. */
    private void reserved(Reservations reserved) {
        bounds(reserved.bounds());
        if (reserved.issued().generations() != recordedIssued.generations()) {
            recordedIssued = reserved.issued().withFar(recordedIssued.far());
            end(putIssued(recordedIssued));
        }
        raised(reserved.raised());
    }

    private void bounds(Bounds bounds) {
        if (!bounds.equals(recordedBounds)) {
            recordedBounds = bounds;
            end(LogRecordEncoder.putReserved(
                    region.view(), region.room(LogRecordLayout.BOUNDS_BYTES), bounds.slabIds(), bounds.epochs()));
        }
    }

    private int putIssued(IssueBounds issued) {
        return LogRecordEncoder.putIssued(
                region.view(),
                region.room(LogRecordLayout.ISSUED_BYTES),
                issued.far().slabIds(),
                issued.far().epochs(),
                issued.knownId(),
                issued.knownGeneration(),
                issued.generations());
    }

    private void raised(Map<Long, Integer> raised) {
        boolean begun = false;
        int start = 0;
        for (Map.Entry<Long, Integer> entry : raised.entrySet()) {
            if (!begun || !region.fits(LogRecordLayout.RAISED_ITEM_BYTES)) {
                start = region.room(LogRecordLayout.RAISED_BYTES + LogRecordLayout.RAISED_ITEM_BYTES);
                region.recorded(LogRecordEncoder.beginRaised(region.view(), start));
                begun = true;
            }
            int at = region.room(LogRecordLayout.RAISED_ITEM_BYTES);
            region.recorded(LogRecordEncoder.addRaised(region.view(), start, at, entry.getKey(), entry.getValue()));
        }
        record = 0;
    }

    private void end(int at) {
        region.recorded(at);
        record = 0;
    }

    @Override
    public void epoch(ColdEpoch epoch) {
        if (state.isAcknowledged(epoch.number())) {
            acknowledge(epoch);
        }
    }

    /** Records that the epoch's demotion counts from here on. */
    private void acknowledge(ColdEpoch epoch) {
        if (epoch.expiresMillis() != ColdEpoch.NO_EXPIRY) {
            expiry(epoch);
        }
        // Labels are for people, and must not be the reason that a checkpoint finds no room.
        byte[] label = region.blocksLeft() > region.blocksBegun() ? labelOf(epoch) : NO_LABEL;
        int at = region.room(LogRecordLayout.epochBytes(label.length));
        end(LogRecordEncoder.putEpoch(
                region.view(),
                at,
                epoch.number(),
                epoch.lifetime().code(),
                epoch.maxGeneration(),
                epoch.openedMillis(),
                label));
    }

    /** Records when an acknowledged epoch is discarded, as it is now. */
    private void changed(long number) {
        ColdEpoch epoch = slabs.epoch(number);
        if (epoch != null) {
            expiry(epoch);
        }
    }

    private void expiry(ColdEpoch epoch) {
        int at = region.room(LogRecordLayout.EXPIRY_BYTES);
        end(LogRecordEncoder.putExpiry(region.view(), at, epoch.number(), epoch.expiresMillis()));
    }

    private static byte[] labelOf(ColdEpoch epoch) {
        byte[] label = epoch.label() == null ? NO_LABEL : epoch.label().getBytes(StandardCharsets.UTF_8);
        return label.length <= LogRecordLayout.MOST_LABEL_BYTES ? label : NO_LABEL;
    }

    /** Records how the slab of that id is now. */
    private void slab(long id) {
        if (slabs.describe(id, image)) {
            image(image);
        } else {
            if (id != lastDead + 1 || !goesOn(Kind.DEAD, 0, 0, 0)) {
                int at = begin(Kind.DEAD, 0, 0, LogRecordLayout.DEAD_BYTES);
                region.recorded(LogRecordEncoder.beginDead(region.view(), at, id));
            }
            LogRecordEncoder.addToRun(region.view(), record);
            lastDead = id;
        }
    }

    @Override
    public void image(ColdImage described) {
        recordZone(table.zoneOf(described.location));
        if (described.sizeClass == shape.packedClass()) {
            state.notePackedSlab();
        }
        int facts = LogRecordLayout.facts(described.baseGeneration, described.sizeClass, described.hasOneGeneration);
        int words = shape.bitmapWords(described.sizeClass);
        if (!follows(described, facts, words)) {
            int itemBytes = LogRecordLayout.itemBytes(words);
            if (!goesOn(Kind.SLABS, described.epoch, words, itemBytes)) {
                int at = begin(Kind.SLABS, described.epoch, words, LogRecordLayout.SLABS_BYTES + itemBytes);
                region.recorded(LogRecordEncoder.beginSlabs(region.view(), at, described.epoch, words));
            }
            region.recorded(LogRecordEncoder.addSlab(
                    region.view(),
                    record,
                    region.room(itemBytes),
                    described.slabId,
                    described.location,
                    facts,
                    described.live));
        } else if (Arrays.equals(described.live, 0, words, lastLive, 0, words)) {
            if (!goesOn(Kind.ALIKE, described.epoch, words, 0)) {
                region.recorded(LogRecordEncoder.beginAlike(
                        region.view(), begin(Kind.ALIKE, described.epoch, words, LogRecordLayout.ALIKE_BYTES)));
            }
            LogRecordEncoder.addToRun(region.view(), record);
        } else {
            int bytes = LogRecordLayout.bitmapBytes(words);
            if (!goesOn(Kind.FOLLOWING, described.epoch, words, bytes)) {
                int at = begin(Kind.FOLLOWING, described.epoch, words, LogRecordLayout.FOLLOWING_BYTES + bytes);
                region.recorded(LogRecordEncoder.beginFollowing(region.view(), at, words));
            }
            region.recorded(LogRecordEncoder.addFollowing(region.view(), record, region.room(bytes), described.live));
        }
        System.arraycopy(described.live, 0, lastLive, 0, words);
        lastSlab = described.slabId;
        lastLocation = described.location;
        lastFacts = facts;
        lastEpoch = described.epoch;
        lastBlock = region.blocksBegun();
        slabsWritten++;
    }

    /** Whether the slab follows the slab before it in every respect, and fits in the same block. */
    private boolean follows(ColdImage described, int facts, int words) {
        return lastBlock == region.blocksBegun()
                && described.slabId == lastSlab + 1
                && described.location == lastLocation + shape.slabBytes() / SealedBlock.LOCATION_BYTES
                && facts == lastFacts
                && described.epoch == lastEpoch
                && region.fits(LogRecordLayout.FOLLOWING_BYTES + LogRecordLayout.bitmapBytes(words));
    }

    private void recordZone(int zone) {
        long incarnation = table.incarnation(zone);
        long summary = table.lastSummary(zone);
        // In the zone's next incarnation the last summary may be at the same location.
        if (recordedIncarnations[zone] != incarnation || recordedSummaries[zone] != summary) {
            recordedIncarnations[zone] = incarnation;
            recordedSummaries[zone] = summary;
            end(LogRecordEncoder.putZone(
                    region.view(),
                    region.room(LogRecordLayout.ZONE_BYTES),
                    zone,
                    incarnation,
                    summary,
                    table.writtenSlabs(zone)));
        }
    }

    /**
     * Whether the present record is of that kind, with bitmaps of so many words, and has room for so many bytes more,
     * or for one more of its run.
     */
    private boolean goesOn(Kind kind, long epoch, int words, int bytes) {
        return record != 0
                && recordKind == kind
                && recordEpoch == epoch
                && recordWords == words
                && recordBlock == region.blocksBegun()
                && region.fits(bytes)
                && !(kind.isRun && LogRecordEncoder.isRunFull(region.view(), record));
    }

    /** Returns where a record of that kind, with room for so many bytes, begins. */
    private int begin(Kind kind, long epoch, int words, int bytes) {
        record = region.room(bytes);
        recordKind = kind;
        recordEpoch = epoch;
        recordWords = words;
        recordBlock = region.blocksBegun();
        return record;
    }

    /**
     * Records which ids can be used again, and that the store is closed in good order. Where the region has no room to
     * list all these ids, the others are given up.
     */
    void closed() {
        long bound = slabs.nextSlabId();
        long id = 1;
        while (id < bound && region.blocksLeft() > 1) {
            int generation = slabs.nextGeneration(id);
            if (generation == 0) {
                id++;
                continue;
            }
            int at = region.room(LogRecordLayout.REUSABLE_BYTES + LogRecordLayout.REUSABLE_ITEM_BYTES);
            int ids = at;
            region.recorded(LogRecordEncoder.beginReusable(region.view(), at, id));
            while (id < bound && generation != 0 && region.fits(LogRecordLayout.REUSABLE_ITEM_BYTES)) {
                region.recorded(LogRecordEncoder.addReusable(
                        region.view(), ids, region.room(LogRecordLayout.REUSABLE_ITEM_BYTES), generation));
                id++;
                generation = id < bound ? slabs.nextGeneration(id) : 0;
            }
        }
        if (id < bound) {
            recordedIssued = recordedIssued.withKnownId(bound);
            end(putIssued(recordedIssued));
        }
        end(LogRecordEncoder.putClosed(
                region.view(), region.room(LogRecordLayout.BOUNDS_BYTES), bound, slabs.nextEpoch()));
    }
}
