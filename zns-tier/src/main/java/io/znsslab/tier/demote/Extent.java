package io.znsslab.tier.demote;

import io.znsslab.tier.recovery.CheckpointLog;
import java.util.Arrays;

/** A run of slab images in one zone, from one or several demotions, from filling to hand-over. Reused; moves from the writing thread to the hand-over thread and back. */
final class Extent {
    private final Demotion[] demotions;
    private final int[] firstSlabs;
    private final int[] slabCounts;
    private final long[] locations;
    private final long[] handedOver;
    private int parts;
    private int slabs;
    int zone;
    int bytes;

    Extent(int capacity) {
        demotions = new Demotion[capacity];
        firstSlabs = new int[capacity];
        slabCounts = new int[capacity];
        locations = new long[capacity];
        handedOver = new long[capacity];
    }

    /** Empties it for an extent in that zone. */
    void begin(int ofZone) {
        Arrays.fill(demotions, 0, parts, null);
        parts = 0;
        slabs = 0;
        bytes = 0;
        zone = ofZone;
    }

    int slabs() {
        return slabs;
    }

    /** Of these, how many come from epochs, not from other zones. */
    int demotedSlabs() {
        int count = 0;
        for (int part = 0; part < parts; part++) {
            count += demotions[part].isRelocation() ? 0 : slabCounts[part];
        }
        return count;
    }

    /** Adds the slab {@code index} of the demotion; slabs of one demotion come in their order. */
    void add(Demotion demotion, int index, long location) {
        if (parts == 0 || demotions[parts - 1] != demotion) {
            demotions[parts] = demotion;
            firstSlabs[parts] = index;
            slabCounts[parts] = 0;
            parts++;
            demotion.partBegins();
        }
        slabCounts[parts - 1]++;
        locations[slabs++] = location;
    }

    /** What it holds has a place now, and whoever waited for one waits no more. */
    void foundRoom() {
        for (int part = 0; part < parts; part++) {
            demotions[part].foundRoom();
        }
    }

    /** Its slabs are durable: their owner is told. A part whose owner fails is a failure of that demotion alone. */
    void handOver(CheckpointLog log) {
        int done = 0;
        for (int part = 0; part < parts; part++) {
            Demotion demotion = demotions[part];
            int count = slabCounts[part];
            System.arraycopy(locations, done, handedOver, 0, count);
            done += count;
            try {
                demotion.batch.demoted(firstSlabs[part], firstSlabs[part] + count, handedOver);
            } catch (RuntimeException | Error e) {
                demotion.fail(e);
            }
            if (!demotion.isRelocation()) {
                for (int slab = firstSlabs[part]; slab < firstSlabs[part] + count; slab++) {
                    log.changed(demotion.batch.slabId(slab));
                }
            }
            demotion.partEnds();
        }
    }

    /** Its slabs could not be made durable. */
    void fail(Throwable cause) {
        for (int part = 0; part < parts; part++) {
            demotions[part].fail(cause);
            demotions[part].partEnds();
        }
    }
}
