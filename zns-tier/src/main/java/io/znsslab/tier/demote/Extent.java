package io.znsslab.tier.demote;

import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.recovery.CheckpointLog;
import java.util.Arrays;

/**
 * A run of slab images in one zone, from one or several demotions, from filling to hand-over. Reused; moves from the
 * writing thread to the completion thread and back.
 */
final class Extent implements Inbox.Message<Extent> {
    private final DemotedBatch[] demotions;
    private final int[] firstSlabs;
    private final int[] slabCounts;
    private final long[] locations;
    private final long[] handedOver;
    private int parts;
    private int slabs;
    /** Parts that have ended, one way or the other. */
    private int ended;

    private Extent next;
    int zone;
    int bytes;

    Extent(int capacity) {
        demotions = new DemotedBatch[capacity];
        firstSlabs = new int[capacity];
        slabCounts = new int[capacity];
        locations = new long[capacity];
        handedOver = new long[capacity];
    }

    /** Empties it for an extent in that zone. */
    void begin(int ofZone) {
        Arrays.fill(demotions, 0, parts, null);
        parts = 0;
        ended = 0;
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
    void add(DemotedBatch demotion, int index, long location) {
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
            DemotedBatch demotion = demotions[part];
            int count = slabCounts[part];
            System.arraycopy(locations, done, handedOver, 0, count);
            done += count;
            try {
                handOver(demotion, firstSlabs[part], firstSlabs[part] + count, log);
            } catch (Throwable e) {
                demotion.fail(e);
            }
            endPart(part);
        }
    }

    private void handOver(DemotedBatch demotion, int from, int to, CheckpointLog log) {
        try {
            demotion.batch.demoted(from, to, handedOver);
        } finally {
            // Also where the owner failed half-way: it may have taken some of them.
            if (!demotion.isRelocation()) {
                for (int slab = from; slab < to; slab++) {
                    log.changed(demotion.batch.slabId(slab));
                }
            }
        }
    }

    /** Counted first: a part whose end fails has ended. */
    private void endPart(int part) {
        ended = part + 1;
        demotions[part].partEnds();
    }

    /** Its slabs could not be made durable, or not be handed over: all parts end that have not. */
    void fail(Throwable cause) {
        for (int part = ended; part < parts; part++) {
            demotions[part].fail(cause);
            endPart(part);
        }
    }

    @Override
    public Extent next() {
        return next;
    }

    @Override
    public void next(Extent extent) {
        next = extent;
    }
}
