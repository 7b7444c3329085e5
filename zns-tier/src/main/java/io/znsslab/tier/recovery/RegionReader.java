package io.znsslab.tier.recovery;

import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.LogRecords;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SuperblockLayout;
import io.znsslab.tier.recovery.ZoneStarts.LogZone;
import io.znsslab.tier.staging.StagingBuffers;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one region of the log, in large pieces, and distinguishes damage from an end: a block of which neither copy is
 * right is damaged if a later block says that it was durable, or if it can't be read at all; else the log ends before
 * it. For one thread.
 */
final class RegionReader implements AutoCloseable {
    private static final int BLOCK = LogBlockLayout.BLOCK_BYTES;
    private static final int PIECE_BYTES = 1 << 20;
    private static final long NOT_LOOKED = -1;
    private static final String UNREADABLE = "it can't be read";

    private final ZonedDevice device;
    private final LogBlockLayout layout;
    private final long region;
    private final List<LogZone> zones;
    private final StagingBuffers buffers;
    private final List<Damage> damages = new ArrayList<>();
    private long blocksRead;
    /** Whether the region ends at bytes that are written and are no sound block. */
    private boolean isTorn;

    private long records;
    /** Blocks below this were durable once. */
    private long committedBelow = NOT_LOOKED;
    /** The highest sequence that a sound block says was durable before it. */
    private long committed;
    /** The sequence of the last sound block; -1 if there is none. */
    private long lastSound = -1;

    /**
     * A block of the log that is gone.
     *
     * @param sequence the block's position in the region; that of the first block for a zone
     */
    record Damage(int zone, long offsetBytes, long sequence, String reason) {}

    /** @param zones the zones of the region, in their order */
    RegionReader(ZonedDevice device, List<LogZone> zones) {
        this.device = device;
        this.zones = zones;
        region = zones.getFirst().superblock().region();
        layout = new LogBlockLayout(zones.getFirst().superblock().device());
        int piece =
                LogGeometry.pairedBytes(Math.min(PIECE_BYTES, device.geometry().maxTransferBytes()));
        buffers = new StagingBuffers(1, piece);
    }

    /** Receives each block in order. */
    private interface Blocks {
        /** @return whether to go on */
        boolean block(ZoneDescriptor zone, long sequence, int at, boolean readable);
    }

    /** Passes the records of all sound blocks to {@code into}. */
    void replay(LogRecords into) {
        for (int zone = 0; zone < zones.size(); zone++) {
            if (zones.get(zone).superblock().zoneOfRegion() != zone) {
                damages.add(new Damage(
                        zones.get(zone).zone().index(),
                        zones.get(zone).zone().startBytes(),
                        firstSequence(zones.get(zone).zone()),
                        "zone " + zone + " of region " + region + " of the log is missing"));
                return;
            }
        }
        walk(0, (zone, sequence, at, readable) -> {
            long offset = zone.startBytes() + (sequence - firstSequence(zone) + 1) * LogGeometry.PAIR_BYTES;
            int valid = validCopy(at, offset, sequence);
            if (valid >= 0) {
                blocksRead++;
                records += layout.replay(buffers.view(0), valid, into);
                committed = Math.max(committed, LogBlockLayout.durable(buffers.view(0), valid));
                lastSound = sequence;
                return true;
            }
            if (readable && sequence >= committedBelow(sequence)) {
                isTorn = true;
                return false;
            }
            damages.add(new Damage(
                    zone.index(),
                    offset,
                    sequence,
                    readable
                            ? "both copies of block " + sequence + " of region " + region + " of the log are damaged"
                            : "block " + sequence + " of region " + region + " of the log can't be read"));
            return true;
        });
    }

    /** Looks at both copies of all blocks, and reports each that is damaged beside a sound one. */
    void checkCopies(LogCheck receiver) {
        SuperblockLayout superblocks = new SuperblockLayout();
        for (LogZone zone : zones) {
            long start = zone.zone().startBytes();
            boolean[] unreadable = read(start, LogGeometry.PAIR_BYTES, 1);
            for (int copy = 0; copy < LogGeometry.PAIR_BYTES; copy += BLOCK) {
                Mismatch mismatch = superblocks.check(buffers.view(0), copy, start / SealedBlock.LOCATION_BYTES);
                if (mismatch != null) {
                    receiver.superblockDamaged(
                            zone.zone().index(), start + copy, unreadable[0] ? UNREADABLE : mismatch.explanation());
                }
            }
            receiver.checked(LogGeometry.PAIR_BYTES);
        }
        walk(0, (zone, sequence, at, readable) -> {
            receiver.checked(LogGeometry.PAIR_BYTES);
            long offset = zone.startBytes() + (sequence - firstSequence(zone) + 1) * LogGeometry.PAIR_BYTES;
            Mismatch first = check(at, offset, sequence);
            Mismatch second = check(at + BLOCK, offset, sequence);
            if (first != null && second == null) {
                receiver.blockDamaged(zone.index(), offset, readable ? first.explanation() : UNREADABLE);
            } else if (first == null && second != null) {
                receiver.blockDamaged(zone.index(), offset + BLOCK, readable ? second.explanation() : UNREADABLE);
            }
            return true;
        });
    }

    private Mismatch check(int at, long offset, long sequence) {
        return layout.check(buffers.view(0), at, offset / SealedBlock.LOCATION_BYTES, region, sequence);
    }

    /**
     * The damages, of a region in which no end of its checkpoint was found, that the end may be lost with. If there are
     * none, the region never counted, and what is lost of it says nothing.
     *
     * <p>An end is durable before the commit block behind it is made, and that block is durable before any other is. So
     * the end was not in a damaged block if later blocks do not say that the damaged block was durable; nor if they say
     * so of the damaged block, and of none behind it, although there are two or more.
     */
    List<Damage> damagesThatMayHideTheEnd() {
        return damages.stream()
                .filter(damage -> !(committed <= damage.sequence() && lastSound > damage.sequence())
                        && !(committed == damage.sequence() + 1 && lastSound > committed))
                .toList();
    }

    /**
     * The end that was found, if the log can go on behind it: no block is damaged, and the next block can be written
     * where the write pointer is. Else null.
     */
    RegionTail tail() {
        ZoneDescriptor last = zones.getLast().zone();
        boolean isFull = last.condition() == ZoneCondition.FULL;
        boolean atPair = last.condition().isActive() && last.writtenBytes() % LogGeometry.PAIR_BYTES == 0;
        long expected = firstSequence(last)
                + (isFull
                        ? LogGeometry.blocksOfZone(last.capacityBytes())
                        : last.writtenBytes() / LogGeometry.PAIR_BYTES - 1);
        boolean goesOn = !isTorn && damages.isEmpty() && (isFull || atPair) && blocksRead == expected;
        return goesOn ? new RegionTail(region, zones.stream().map(LogZone::zone).toList(), blocksRead) : null;
    }

    private int validCopy(int at, long offset, long sequence) {
        for (int copy = at; copy <= at + BLOCK; copy += BLOCK) {
            if (check(copy, offset, sequence) == null) {
                return copy;
            }
        }
        return -1;
    }

    private long firstSequence(ZoneDescriptor zone) {
        long sequence = 0;
        for (LogZone before : zones) {
            if (before.zone().index() == zone.index()) {
                break;
            }
            sequence += LogGeometry.blocksOfZone(before.zone().capacityBytes());
        }
        return sequence;
    }

    /** The sequence below which all blocks were durable once, as the blocks after {@code from} say. */
    private long committedBelow(long from) {
        if (committedBelow == NOT_LOOKED) {
            committedBelow = 0;
            try (RegionReader ahead = new RegionReader(device, zones)) {
                ahead.walk(from + 1, (zone, sequence, at, readable) -> {
                    long offset = zone.startBytes() + (sequence - firstSequence(zone) + 1) * LogGeometry.PAIR_BYTES;
                    int valid = ahead.validCopy(at, offset, sequence);
                    if (valid >= 0) {
                        committedBelow = Math.max(committedBelow, LogBlockLayout.durable(ahead.buffers.view(0), valid));
                    }
                    return true;
                });
            }
        }
        return committedBelow;
    }

    private void walk(long from, Blocks receiver) {
        long sequence = 0;
        for (LogZone logZone : zones) {
            ZoneDescriptor zone = logZone.zone();
            int ofZone = LogGeometry.blocksOfZone(zone.capacityBytes());
            int written = zone.condition() == ZoneCondition.READ_ONLY
                    ? ofZone
                    : (int) Math.min(ofZone, (zone.writtenBytes() - 1) / LogGeometry.PAIR_BYTES);
            int atOnce = buffers.bufferBytes() / LogGeometry.PAIR_BYTES;
            for (int block = Math.clamp(from - sequence, 0, ofZone); block < written; block += atOnce) {
                int count = Math.min(atOnce, written - block);
                if (!walkPiece(zone, sequence + block, block, count, receiver)) {
                    return;
                }
            }
            if (written < ofZone) {
                return;
            }
            sequence += ofZone;
        }
    }

    private boolean walkPiece(ZoneDescriptor zone, long sequence, int block, int count, Blocks receiver) {
        long offset = zone.startBytes() + (block + 1L) * LogGeometry.PAIR_BYTES;
        long end = zone.condition() == ZoneCondition.READ_ONLY ? zone.endBytes() : zone.writePointerBytes();
        long bytes = Math.min((long) count * LogGeometry.PAIR_BYTES, (end - offset) / BLOCK * BLOCK);
        boolean[] unreadable = bytes <= 0 ? new boolean[count] : read(offset, (int) bytes, count);
        for (int i = 0; i < count; i++) {
            if (!receiver.block(zone, sequence + i, i * LogGeometry.PAIR_BYTES, !unreadable[i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns which pairs have a block that can't be read. What can't be read becomes zero. */
    private boolean[] read(long offset, int bytes, int count) {
        boolean[] unreadable = new boolean[count];
        buffers.buffer(0).fill((byte) 0);
        try {
            device.read(offset, buffers.buffer(0).asSlice(0, bytes));
            return unreadable;
        } catch (DeviceException e) {
            for (int at = 0; at < bytes; at += BLOCK) {
                if (!readBlock(offset + at, at)) {
                    unreadable[at / LogGeometry.PAIR_BYTES] = true;
                }
            }
            return unreadable;
        }
    }

    private boolean readBlock(long offset, int at) {
        try {
            device.read(offset, buffers.buffer(0).asSlice(at, BLOCK));
            return true;
        } catch (DeviceException e) {
            buffers.buffer(0).asSlice(at, BLOCK).fill((byte) 0);
            return e.problem() == DeviceException.Problem.BEYOND_WRITE_POINTER;
        }
    }

    List<Damage> damages() {
        return damages;
    }

    long blocksRead() {
        return blocksRead;
    }

    long records() {
        return records;
    }

    @Override
    public void close() {
        buffers.close();
    }
}
