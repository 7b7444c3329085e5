package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The blocks of a {@link SimulatedDevice}, some of them only in a volatile cache. They outlive processes. After a power
 * cut durable blocks remain, and chance decides about the others. Thread-safe.
 *
 * <p>The first {@code durableBlocks} of a zone survive any fault. After a power cut the write pointer is anywhere
 * between them and the end of the submitted data; of the blocks below it that were not durable, some have the new
 * content and others still the old one, which may be from before the zone's reset. A reset keeps the old blocks for
 * that purpose.
 */
public final class SimulatedMedium {
    private final FileGeometry shape;
    private final int blocksOfAZone;
    private final Zone[] zones;
    private boolean open;

    static final class Zone {
        /** The content that a read finds where no newer content was written. */
        final byte[][] lasting;
        /** Content that was written, or is being written, and is not durable yet. */
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

        /** Makes the content up to there durable. */
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

    /** Makes a medium with all zones empty. Only sequential zones are simulated. */
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

    /** Copies the medium in its present state, cache included. It must not be in use. */
    public synchronized SimulatedMedium copy() {
        requireUnused();
        return new SimulatedMedium(this);
    }

    /** Cuts the power of a medium that is not in use and restores it: after a process was killed, for instance. */
    public synchronized void cutPower(long seed) {
        requireUnused();
        losePower(new SplittableRandom(seed));
    }

    /**
     * Cuts the power of a medium that is not in use. Every full zone loses its last block, and so becomes partly
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

    /** The shape of the device that this is the medium of. */
    public FileGeometry shape() {
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

    /** Ends the requests in flight: each write reaches the device's cache up to some block. */
    void endWritesInFlight(SplittableRandom random) {
        for (Zone zone : zones) {
            // A finished zone counts more blocks as written than were submitted.
            if (zone.submittedBlocks > zone.writtenBlocks) {
                zone.writtenBlocks += random.nextInt(zone.submittedBlocks - zone.writtenBlocks + 1);
                zone.submittedBlocks = zone.writtenBlocks;
            }
            adjustCondition(zone);
        }
    }

    /** Cuts the power. */
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

    /** Changes a block unnoticed, as bit rot and misdirected writes do. */
    public void overwrite(long offsetBytes, byte[] contents) {
        int zone = (int) (offsetBytes / shape.zoneBytes());
        int block = (int) (offsetBytes % shape.zoneBytes() / shape.blockBytes());
        zones[zone].cached[block] = null;
        zones[zone].lasting[block] = contents.clone();
    }

    /** Number of written bytes of a zone. */
    public long writtenBytes(int zone) {
        return (long) zones[zone].writtenBlocks * shape.blockBytes();
    }

    /** The content of a block; zeroes if it was never written. */
    public byte[] contents(long offsetBytes) {
        int zone = (int) (offsetBytes / shape.zoneBytes());
        int block = (int) (offsetBytes % shape.zoneBytes() / shape.blockBytes());
        byte[] found = zones[zone].block(block);
        return found == null ? new byte[shape.blockBytes()] : found.clone();
    }
}
