package io.znsslab.tier.collect;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A store without threads and data at a constant fill: the real classes give out, fill, collect and reset zones, and
 * slabs are mere numbers. For each slab that is written another one dies, chosen by a seed. For one thread; the same
 * seed always gives the same result.
 */
final class CollectedStore implements AutoCloseable {
    private static final int ZONE_SLABS = 256;
    private static final int RESERVE = 1;
    private static final int GENERATIONS = 3;
    private static final int NO_SLAB = -1;

    private final NullZonedDevice device;
    private final ZoneTable table;
    private final ZoneAllocator zones;
    private final VictimChoice victims;
    private final SplittableRandom random;
    /** By generation: the zone being written, and the number of slabs in it. */
    private final int[] open = new int[GENERATIONS];

    private final int[] filled = new int[GENERATIONS];
    private final int[] positionsOfSlabs;
    private final int[] slabsAtPositions;
    private final int hotSlabs;
    private final int hotDeathsPercent;
    private long demoted;
    private long relocated;

    CollectedStore(int zoneCount, int percent, int hotPercent, int hotDeathsPercent, long seed) {
        device = new NullZonedDevice(FileGeometry.of(1 << 20, zoneCount));
        table = new ZoneTable(device.geometry(), device.report());
        zones = new ZoneAllocator(device, table, 1, GENERATIONS, 1, RESERVE);
        for (int zone = 0; zone < zoneCount; zone++) {
            zones.addFree(zone);
        }
        victims = new VictimChoice(table);
        random = new SplittableRandom(seed);
        this.hotDeathsPercent = hotDeathsPercent;
        int slabs = zoneCount * ZONE_SLABS * percent / 100;
        hotSlabs = slabs * hotPercent / 100;
        positionsOfSlabs = new int[slabs];
        slabsAtPositions = new int[zoneCount * ZONE_SLABS];
        Arrays.fill(slabsAtPositions, NO_SLAB);
        Arrays.fill(open, ZoneAllocator.NONE);
        int[] order = random.ints(0, Integer.MAX_VALUE).limit(slabs).toArray();
        for (int slab = 0; slab < slabs; slab++) {
            // Hot and cold slabs come in random order.
            int other = order[slab] % (slab + 1);
            order[slab] = order[other];
            order[other] = slab;
        }
        for (int slab : order) {
            write(slab, 0);
        }
    }

    /** Slabs written for each demoted one, after the device was overwritten so many times. */
    double writtenForEachDemoted(int before, int measured) {
        replace(before * slabsAtPositions.length);
        long demotedBefore = demoted;
        long relocatedBefore = relocated;
        replace(measured * slabsAtPositions.length);
        return 1 + (double) (relocated - relocatedBefore) / (demoted - demotedBefore);
    }

    private void replace(int times) {
        for (int i = 0; i < times; i++) {
            boolean hot = random.nextInt(100) < hotDeathsPercent;
            int slab = hot ? random.nextInt(hotSlabs) : hotSlabs + random.nextInt(positionsOfSlabs.length - hotSlabs);
            int position = positionsOfSlabs[slab];
            slabsAtPositions[position] = NO_SLAB;
            zones.removeLive(position / ZONE_SLABS, 1);
            write(slab, 0);
            demoted++;
        }
    }

    private void write(int slab, int generation) {
        if (open[generation] == ZoneAllocator.NONE) {
            openZone(generation);
        }
        int zone = open[generation];
        int position = zone * ZONE_SLABS + filled[generation]++;
        slabsAtPositions[position] = slab;
        positionsOfSlabs[slab] = position;
        zones.addLive(zone, 1);
        table.extentWritten(zone, 1, position + 1);
        if (filled[generation] == ZONE_SLABS) {
            open[generation] = ZoneAllocator.NONE;
            device.finishZone(zone);
            zones.sealed(zone);
        }
    }

    private void openZone(int generation) {
        int zone = zones.open(generation > 0);
        while (zone == ZoneAllocator.NONE) {
            collect();
            zone = zones.open(generation > 0);
        }
        table.generation(zone, generation);
        open[generation] = zone;
        filled[generation] = 0;
    }

    private void collect() {
        int victim = victims.best(1);
        if (victim == ZoneAllocator.NONE) {
            throw new IllegalStateException("nothing can be collected, and no zone is empty");
        }
        int generation = Math.min(table.generation(victim) + 1, GENERATIONS - 1);
        for (int position = victim * ZONE_SLABS; position < (victim + 1) * ZONE_SLABS; position++) {
            int slab = slabsAtPositions[position];
            if (slab != NO_SLAB) {
                slabsAtPositions[position] = NO_SLAB;
                write(slab, generation);
                zones.removeLive(victim, 1);
                relocated++;
            }
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
