package io.znsslab.tier.zone;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.format.SealedBlock;
import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * Zones of an earlier run that hold live slabs: of those that are partly written, as many are written on as may be, and
 * the others are finished. For the opening thread; once that is done, guarded by its owner's lock.
 */
final class RestoredZones {
    private final ZoneTable table;
    private final ActiveZones active;
    private final ZonePreallocation preallocation;
    /** Zones that an earlier run has not filled. */
    private final ArrayDeque<Integer> begun = new ArrayDeque<>();
    /** Zones that are partly written, and won't be written any further. */
    private final BitSet unfinished = new BitSet();

    RestoredZones(ZoneTable table, ActiveZones active, ZonePreallocation preallocation) {
        this.table = table;
        this.active = active;
        this.preallocation = preallocation;
    }

    /**
     * Adds a zone, which is written on if {@code mayGoOn} and it has room.
     *
     * @param leastBytes bytes that must be left for the zone to be written any further
     */
    void add(ZoneDescriptor zone, long leastBytes, boolean mayGoOn) {
        boolean goesOn = mayGoOn
                && zone.condition().isActive()
                && zone.writtenBytes() % SealedBlock.LOCATION_BYTES == 0
                && zone.endBytes() - zone.writePointerBytes() >= leastBytes
                && begun.size() < active.tokens()
                && preallocation.preallocate(zone.index());
        if (goesOn) {
            table.goOn(zone.index(), zone.writePointerBytes());
            begun.add(zone.index());
        } else {
            table.use(zone.index(), ZoneUse.SEALED);
            if (zone.condition().isActive()) {
                unfinished.set(zone.index());
            }
        }
    }

    /** Finishes on the device the zones that won't be written any further. */
    void finishOthers() {
        for (int zone = unfinished.nextSetBit(0); zone >= 0; zone = unfinished.nextSetBit(zone + 1)) {
            if (!active.finish(zone)) {
                active.strandRestored(zone);
            }
        }
        unfinished.clear();
    }

    /** Removes that zone from those to be written on; false if it is none of them. */
    boolean remove(int zone) {
        return begun.remove(Integer.valueOf(zone));
    }

    /** How many zones are left to be written on. */
    int begunZones() {
        return begun.size();
    }

    /** Removes a zone that is to be written on. */
    int takeBegun() {
        return begun.remove();
    }
}
