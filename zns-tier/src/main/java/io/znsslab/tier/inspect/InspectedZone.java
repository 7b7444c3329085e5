package io.znsslab.tier.inspect;

import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.recovery.FoundRegion;
import io.znsslab.tier.recovery.FoundStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a zone holds of a store.
 *
 * @param descriptor the zone as the device reports it
 * @param liveSlabs slabs in the zone that count
 * @param liveObjects live objects in them
 * @param writtenSlabs slabs that were written to the zone since its reset, dead ones included, as far as the log knows:
 *     at least {@code liveSlabs}
 */
public record InspectedZone(ZoneDescriptor descriptor, Use use, long liveSlabs, long liveObjects, long writtenSlabs) {
    /** What a store uses a zone for. */
    public enum Use {
        /** Holds a part of the log, of the region that counts or of another one. */
        LOG,
        /** Holds live slabs. */
        DATA,
        /** Is written, and holds nothing that counts: the store resets it when it is opened. */
        DEAD,
        /** Is empty. */
        EMPTY,
        /** Is read-only or offline, and holds nothing that counts. */
        FAILED,
        /** Takes writes in any order, which this store does not use. */
        CONVENTIONAL
    }

    static List<InspectedZone> of(FoundStore store) {
        int count = store.zones().size();
        long[] slabs = new long[count];
        long[] objects = new long[count];
        for (int index : store.slabs()) {
            int zone = store.zoneOf(store.location(index));
            slabs[zone]++;
            objects[zone] += store.objects(index);
        }
        BitSet ofLog = new BitSet();
        for (FoundRegion region : store.regions()) {
            region.zones().forEach(zone -> ofLog.set(zone.index()));
        }
        List<InspectedZone> all = new ArrayList<>(count);
        for (ZoneDescriptor zone : store.zones()) {
            int index = zone.index();
            Use use = useOf(zone, ofLog.get(index), slabs[index] > 0);
            long written = use == Use.DATA ? Math.max(slabs[index], store.writtenSlabs(index)) : 0;
            all.add(new InspectedZone(zone, use, slabs[index], objects[index], written));
        }
        return all;
    }

    private static Use useOf(ZoneDescriptor zone, boolean ofLog, boolean isLive) {
        if (zone.type() == ZoneType.CONVENTIONAL) {
            return Use.CONVENTIONAL;
        }
        if (ofLog) {
            return Use.LOG;
        }
        if (isLive) {
            return Use.DATA;
        }
        if (zone.condition() == ZoneCondition.READ_ONLY || zone.condition() == ZoneCondition.OFFLINE) {
            return Use.FAILED;
        }
        return zone.condition() == ZoneCondition.EMPTY ? Use.EMPTY : Use.DEAD;
    }
}
