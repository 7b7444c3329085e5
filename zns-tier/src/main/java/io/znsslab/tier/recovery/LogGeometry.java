package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.LogRecordLayout;

/** How blocks of the log lie in its zones: in pairs, of which the first pair of a zone is the zone's superblock. */
final class LogGeometry {
    /** Bytes of a block with its copy. */
    static final int PAIR_BYTES = 2 * LogBlockLayout.BLOCK_BYTES;
    /** Bytes of records that a block holds. */
    static final int RECORD_BYTES = LogBlockLayout.BLOCK_BYTES - LogBlockLayout.RECORDS_OFFSET;
    /** Room that a region has beside its checkpoint, in blocks, for what happens until the next checkpoint. */
    private static final int LEAST_BLOCKS_BESIDE = 4;
    /**
     * Bytes that a record of slabs and one of an epoch begin with; a checkpoint, of epochs of
     * {@link #SLABS_OF_AN_EPOCH} slabs on average, has both for each epoch.
     */
    private static final int BYTES_OF_AN_EPOCH = LogRecordLayout.SLABS_BYTES + LogRecordLayout.EPOCH_BYTES;

    private static final int SLABS_OF_AN_EPOCH = 8;

    private static final int MOST_RAISED = 1 << 16;

    private LogGeometry() {}

    /**
     * Bytes of the whole pairs in so many bytes, but of one pair at least: a device that takes less at once gets it in
     * pieces.
     */
    static int pairedBytes(int bytes) {
        return Math.max(PAIR_BYTES, bytes / PAIR_BYTES * PAIR_BYTES);
    }

    /** Blocks of the log that a zone of that capacity holds. */
    static int blocksOfZone(long capacityBytes) {
        return (int) Math.min(Integer.MAX_VALUE, capacityBytes / PAIR_BYTES - 1);
    }

    /** Bytes of records that a checkpoint of so many slabs takes, in so many epochs, without labels. */
    static long checkpointBytes(long slabs, long epochs, int bitmapWords) {
        // Two bytes more: half of a record's beginning, where every other slab follows the one before it.
        return slabs * (LogRecordLayout.itemBytes(bitmapWords) + 2) + epochs * BYTES_OF_AN_EPOCH;
    }

    /**
     * The number of ids that may have bounds of their own: so many that they take no more than a 32nd part of a region,
     * and little memory.
     */
    static int mostRaised(DeviceGeometry device, int regionZones) {
        long blocks = (long) regionZones * blocksOfZone(device.zoneCapacityBytes());
        return Math.clamp(blocks * RECORD_BYTES / 32 / LogRecordLayout.RAISED_ITEM_BYTES, 16, MOST_RAISED);
    }

    /** The most blocks that a root of so many bytes takes, the rest of the block before it included. */
    static int rootBlocks(int rootBytes) {
        int partsOfABlock = RECORD_BYTES / LogRecordLayout.rootBytes(LogRecordLayout.MOST_ROOT_PART_BYTES);
        int ofABlock = partsOfABlock * LogRecordLayout.MOST_ROOT_PART_BYTES;
        return rootBytes == 0 ? 0 : 2 + (rootBytes - 1) / ofABlock;
    }

    /**
     * Zones that a region needs, so that a checkpoint of a full device fits, and room is left for groups: a quarter as
     * much again, but at least {@link #LEAST_BLOCKS_BESIDE} blocks.
     */
    static int regionZones(DeviceGeometry device, int slabBytes, int bitmapWords, int rootBytes) {
        long slabs = (device.zoneCount() - device.conventionalZones()) * (device.zoneCapacityBytes() / slabBytes);
        long records = checkpointBytes(slabs, slabs / SLABS_OF_AN_EPOCH, bitmapWords);
        long zones = (device.zoneCount() - device.conventionalZones()) * (long) LogRecordLayout.ZONE_BYTES;
        // A record does not lie across two blocks: that costs a tenth of the room, at most.
        long blocks = (records + zones) * 11 / 10 / RECORD_BYTES + 2;
        long wanted = blocks + rootBlocks(rootBytes) + Math.max(LEAST_BLOCKS_BESIDE, blocks / 4);
        int ofZone = Math.max(1, blocksOfZone(device.zoneCapacityBytes()));
        return (int) Math.max(1, (wanted + ofZone - 1) / ofZone);
    }
}
