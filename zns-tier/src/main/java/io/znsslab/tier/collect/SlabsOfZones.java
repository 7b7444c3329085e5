package io.znsslab.tier.collect;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImageCursor;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.zone.ZoneTable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.BooleanSupplier;

/**
 * The slabs whose images are in certain zones, as the allocator says: found without the zones' summaries. Takes 8 bytes
 * for each. For one thread.
 */
final class SlabsOfZones {
    /** Slabs to look at before the collector thread looks whether it is to end. */
    private static final int LOOKED_AT_ONCE = 1 << 14;

    private final ZoneTable table;
    /**
     * Location and slab id of each, by ascending locations. Locations have 32 bits: with their highest bit turned over,
     * the order of signed numbers is theirs.
     */
    private long[] slabs = {};

    private int count;

    private SlabsOfZones(ZoneTable table) {
        this.table = table;
    }

    /**
     * Finds the slabs.
     *
     * @param isEnding asked now and then; if true, what is found may not be all
     */
    static SlabsOfZones in(BitSet zones, ColdSlabs slabs, ZoneTable table, BooleanSupplier isEnding) {
        SlabsOfZones found = new SlabsOfZones(table);
        ColdImageCursor cursor = slabs.images();
        Receiver receiver = found.new Receiver(zones);
        boolean more = true;
        while (more && !isEnding.getAsBoolean()) {
            more = cursor.show(receiver, LOOKED_AT_ONCE);
        }
        Arrays.sort(found.slabs, 0, found.count);
        return found;
    }

    private final class Receiver implements ColdImages {
        private final BitSet zones;

        Receiver(BitSet zones) {
            this.zones = zones;
        }

        @Override
        public void epoch(ColdEpoch epoch) {
            // The slabs say which one they are of.
        }

        @Override
        public void image(ColdImage image) {
            if (zones.get(table.zoneOf(image.location))) {
                add((image.location << Integer.SIZE | image.slabId) ^ Long.MIN_VALUE);
            }
        }
    }

    private void add(long slab) {
        if (count == slabs.length) {
            slabs = Arrays.copyOf(slabs, Math.max(1 << 10, 2 * count));
        }
        slabs[count++] = slab;
    }

    int size() {
        return count;
    }

    long location(int index) {
        return (slabs[index] ^ Long.MIN_VALUE) >>> Integer.SIZE;
    }

    long slabId(int index) {
        return (int) slabs[index];
    }

    int zone(int index) {
        return table.zoneOf(location(index));
    }
}
