package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes one region of the log: blocks in pairs, from the first zone of the region to the last. After an exception the
 * writer is of no use any more. For one thread.
 */
final class RegionWriter {
    private static final int BLOCK = LogBlockLayout.BLOCK_BYTES;

    private final LogDevice log;
    private final Superblock superblock;
    private final List<ZoneDescriptor> zones;
    private final SuperblockLayout superblocks = new SuperblockLayout();
    private final LogBlockLayout layout;
    private final RegionWrites writes;
    private final long blocks;

    /** Position, in the list, of the zone that is being written; -1 before the first. */
    private int zoneOfRegion = -1;
    /** Device offset that the first byte of the staging buffer that is being filled goes to. */
    private long nextByte;
    /** Bytes of whole pairs in that buffer. */
    private int staged;
    /** Where the next record goes; 0 while no block is begun. */
    private int at;

    private long sequence;
    private long durable;

    /**
     * Makes a writer for a region of which nothing is written yet.
     *
     * @param zones empty zones for the region
     * @param writes the region's writes, of which none is in flight
     */
    RegionWriter(LogDevice log, long region, List<ZoneDescriptor> zones, RegionWrites writes) {
        this.log = log;
        superblock = log.superblock().at(region, 0);
        this.zones = zones;
        layout = new LogBlockLayout(superblock.device());
        this.writes = writes;
        blocks = zones.stream()
                .mapToLong(zone -> LogGeometry.blocksOfZone(zone.capacityBytes()))
                .sum();
    }

    /** Makes the writer go on behind what an earlier opening has written of the region, all of which is durable. */
    void goOnBehind(RegionTail tail) {
        zoneOfRegion = tail.zones().size() - 1;
        nextByte = zones.get(zoneOfRegion).writePointerBytes();
        sequence = tail.blocks();
        durable = sequence;
    }

    List<ZoneDescriptor> zones() {
        return zones;
    }

    /** The zone that was written last; -1 when none was. */
    int lastZone() {
        return zoneOfRegion < 0 ? -1 : zones.get(zoneOfRegion).index();
    }

    /** Blocks that the region has room for. */
    long blocks() {
        return blocks;
    }

    /** Blocks that are not begun yet. */
    long blocksLeft() {
        return blocks - sequence - (at == 0 ? 0 : 1);
    }

    /** Blocks begun so far. */
    long blocksBegun() {
        return blocks - blocksLeft();
    }

    /** The memory that records are written to, at {@link #room}. */
    ByteBuffer view() {
        return writes.view();
    }

    /** Whether the block that is begun has room for so many bytes. */
    boolean fits(int bytes) {
        return at != 0 && at + bytes <= place() + BLOCK;
    }

    /** Where the next record, of at most so many bytes, goes; {@link #recorded} follows. */
    int room(int bytes) {
        if (at != 0 && !fits(bytes)) {
            endBlock();
        }
        if (at == 0) {
            beginBlock();
        }
        return at;
    }

    /** Notes that a record, or more of one, ends there. */
    void recorded(int end) {
        at = end;
    }

    /** @throws DeviceException if the region has no room for so many blocks more */
    void requireRoom(int more) {
        if (blocksLeft() < more) {
            throw new DeviceException(
                    Problem.FULL,
                    "the log of " + log.name() + " is full: its " + zones.size()
                            + " zones can't take a checkpoint of all that is on the device");
        }
    }

    /** Where in the memory the block is that is begun, or the next one will be. */
    private int place() {
        return writes.begin() + staged;
    }

    private void beginBlock() {
        requireRoom(1);
        if (staged == writes.bufferBytes()) {
            handOver();
        }
        if (zoneOfRegion < 0 || zoneEnd() - nextByte - staged < LogGeometry.PAIR_BYTES) {
            beginZone();
            if (staged == writes.bufferBytes()) {
                handOver();
            }
        }
        at = place() + LogBlockLayout.RECORDS_OFFSET;
    }

    private long zoneEnd() {
        return zones.get(zoneOfRegion).endBytes();
    }

    private void beginZone() {
        if (zoneOfRegion >= 0) {
            handOver();
            fillZone();
        }
        zoneOfRegion++;
        nextByte = zones.get(zoneOfRegion).startBytes();
        superblocks.seal(
                view(),
                place(),
                nextByte / SealedBlock.LOCATION_BYTES,
                superblock.at(superblock.region(), zoneOfRegion));
        stagePair();
        if (superblock.isFirstOpening() && zoneOfRegion == 0) {
            // Else a power cut could leave blocks of this store on a device on which nothing says so: an opening would
            // refuse it as foreign.
            flush();
        }
    }

    /** Fills the rest of the zone, which no pair fits into, so that the zone becomes full. */
    private void fillZone() {
        long left = zoneEnd() - nextByte;
        if (left > 0) {
            writes.memory().asSlice(writes.begin(), left).fill((byte) 0);
            writes.handOver(nextByte, (int) left);
        }
    }

    /** Completes the block that is begun. */
    private void endBlock() {
        long location = (nextByte + staged) / SealedBlock.LOCATION_BYTES;
        layout.seal(view(), place(), at, location, superblock.region(), sequence, durable);
        stagePair();
        sequence++;
        at = 0;
    }

    private void stagePair() {
        MemorySegment memory = writes.memory();
        MemorySegment.copy(memory, place(), memory, place() + (long) BLOCK, BLOCK);
        staged += LogGeometry.PAIR_BYTES;
    }

    private void handOver() {
        if (staged > 0) {
            writes.handOver(nextByte, staged);
            nextByte += staged;
            staged = 0;
        }
    }

    /** Has all pairs written, and flushes once they are: a flush covers what is complete before it is submitted. */
    private void flush() {
        handOver();
        writes.awaitWritten();
        log.flush();
    }

    /** The region's writes. */
    RegionWrites writes() {
        return writes;
    }

    /**
     * Adds a block without records, which says that all before it was durable: so that a reader sees the loss of the
     * last blocks, though no other group follows. Does nothing in a region that is full to its last block.
     */
    void writeCommitBlock() {
        if (blocksLeft() > 0) {
            room(0);
            force();
        }
    }

    /** Makes all records durable. */
    void force() {
        if (at != 0) {
            endBlock();
        }
        flush();
        durable = sequence;
    }
}
