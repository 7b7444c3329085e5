package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a {@link SimulatedDevice} is made of: blocks, some of them only in a volatile cache, which outlive processes,
 * and of which a power cut leaves what is durable and, of the rest, what chance leaves. Thread-safe.
 *
 * <p>Of a zone, the first {@code durableBlocks} survive anything. After a power cut the write pointer is anywhere
 * between them and what was submitted; of the blocks below it that were not durable, some are what was written, others
 * still what was there before, which may be of the zone's former life. A reset keeps the old blocks for that purpose.
 */
public final class SimulatedMedium {
    private final FileGeometry shape;
    private final int blocksOfAZone;
    private final Zone[] zones;
    private boolean open;

    static final class Zone {
        /** What reading finds when it was not written since. */
        final byte[][] lasting;
        /** What was written, or is being, and is not durable yet. */
        final byte[][] cached;

        int durableBlocks;
        int submittedBlocks;
        int writtenBlocks;
        ZoneCondition condition = ZoneCondition.EMPTY;

        Zone(int blocks) {
            lasting = new byte[blocks][];
            cached = new byte[blocks][];
        }

        Zone(Zone original) {
            lasting = original.lasting.clone();
            cached = original.cached.clone();
            durableBlocks = original.durableBlocks;
            submittedBlocks = original.submittedBlocks;
            writtenBlocks = original.writtenBlocks;
            condition = original.condition;
        }

        byte[] block(int index) {
            return cached[index] != null ? cached[index] : lasting[index];
        }

        /** What was written up to there is durable. */
        void flushed(int blocks) {
            for (int i = durableBlocks; i < blocks; i++) {
                if (cached[i] != null) {
                    lasting[i] = cached[i];
                    cached[i] = null;
                }
            }
            durableBlocks = Math.max(durableBlocks, blocks);
        }

        void reset() {
            flushed(writtenBlocks);
            Arrays.fill(cached, null);
            durableBlocks = 0;
            submittedBlocks = 0;
            writtenBlocks = 0;
            condition = ZoneCondition.EMPTY;
        }
    }

    /** All zones empty. Only sequential zones are simulated. */
    public SimulatedMedium(FileGeometry shape) {
        if (shape.conventionalZones() != 0) {
            throw new IllegalArgumentException("conventional zones are not simulated");
        }
        this.shape = shape;
        blocksOfAZone = (int) (shape.zoneCapacityBytes() / shape.blockBytes());
        zones = new Zone[shape.zoneCount()];
        for (int zone = 0; zone < zones.length; zone++) {
            zones[zone] = new Zone(blocksOfAZone);
        }
    }

    private SimulatedMedium(SimulatedMedium original) {
        shape = original.shape;
        blocksOfAZone = original.blocksOfAZone;
        zones = new Zone[original.zones.length];
        for (int zone = 0; zone < zones.length; zone++) {
            zones[zone] = new Zone(original.zones[zone]);
        }
    }

    /** Another medium in the same state, cache included; of one that is not in use. */
    public synchronized SimulatedMedium copy() {
        requireUnused();
        return new SimulatedMedium(this);
    }

    /** The power of a medium that is not in use goes, and comes back: after a process was killed, say. */
    public synchronized void cutPower(long seed) {
        requireUnused();
        losePower(new SplittableRandom(seed));
    }

    /**
     * The power of a medium that is not in use goes, and takes the last block of every zone that was full: it is partly
     * written again.
     */
    public synchronized void loseLastBlocks() {
        requireUnused();
        for (Zone zone : zones) {
            if (zone.condition == ZoneCondition.FULL) {
                zone.writtenBlocks--;
                zone.submittedBlocks = Math.min(zone.submittedBlocks, zone.writtenBlocks);
                zone.durableBlocks = Math.min(zone.durableBlocks, zone.writtenBlocks);
                adjustCondition(zone);
            }
        }
    }

    private void requireUnused() {
        if (open) {
            throw new IllegalStateException("the simulated medium is in use");
        }
    }

    FileGeometry shape() {
        return shape;
    }

    Zone zone(int index) {
        return zones[index];
    }

    synchronized void hold() {
        if (open) {
            throw new DeviceException(Problem.BUSY, "the simulated medium is in use");
        }
        open = true;
    }

    synchronized void release() {
        open = false;
    }

    /** Ends what is in flight: each write reaches the device's cache up to some block. */
    void endWritesInFlight(SplittableRandom random) {
        for (Zone zone : zones) {
            // Of a finished zone more counts as written than was submitted.
            if (zone.submittedBlocks > zone.writtenBlocks) {
                zone.writtenBlocks += random.nextInt(zone.submittedBlocks - zone.writtenBlocks + 1);
                zone.submittedBlocks = zone.writtenBlocks;
            }
            adjustCondition(zone);
        }
    }

    /** The power goes. */
    void losePower(SplittableRandom random) {
        for (Zone zone : zones) {
            boolean finished = zone.condition == ZoneCondition.FULL && zone.writtenBlocks > zone.submittedBlocks;
            int end = switch (random.nextInt(4)) {
                case 0 -> zone.submittedBlocks;
                case 1 -> zone.durableBlocks;
                default -> zone.durableBlocks + random.nextInt(zone.submittedBlocks - zone.durableBlocks + 1);
            };
            boolean torn = random.nextBoolean();
            for (int i = zone.durableBlocks; i < end; i++) {
                if (zone.cached[i] != null && !(torn && random.nextBoolean())) {
                    zone.lasting[i] = zone.cached[i];
                }
            }
            Arrays.fill(zone.cached, null);
            zone.submittedBlocks = end;
            if (!finished) {
                zone.writtenBlocks = end;
            }
            zone.durableBlocks = end;
            adjustCondition(zone);
        }
    }

    private void adjustCondition(Zone zone) {
        if (zone.condition != ZoneCondition.READ_ONLY && zone.condition != ZoneCondition.OFFLINE) {
            zone.condition = zone.writtenBlocks == 0
                    ? ZoneCondition.EMPTY
                    : zone.writtenBlocks == blocksOfAZone ? ZoneCondition.FULL : ZoneCondition.CLOSED;
        }
    }

    /** Changes a block behind everybody's back, as rot and misdirected writes do. */
    public void overwrite(long offsetBytes, byte[] contents) {
        int zone = (int) (offsetBytes / shape.zoneBytes());
        int block = (int) (offsetBytes % shape.zoneBytes() / shape.blockBytes());
        zones[zone].cached[block] = null;
        zones[zone].lasting[block] = contents.clone();
    }

    /** Bytes of a zone that were written. */
    public long writtenBytes(int zone) {
        return (long) zones[zone].writtenBlocks * shape.blockBytes();
    }

    /** What is in a block, zeroes if nothing ever was. */
    public byte[] contents(long offsetBytes) {
        int zone = (int) (offsetBytes / shape.zoneBytes());
        int block = (int) (offsetBytes % shape.zoneBytes() / shape.blockBytes());
        byte[] found = zones[zone].block(block);
        return found == null ? new byte[shape.blockBytes()] : found.clone();
    }
}
