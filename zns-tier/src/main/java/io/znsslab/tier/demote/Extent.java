package io.znsslab.tier.demote;

import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.recovery.CheckpointLog;
import java.util.Arrays;

/**
 * A run of slab images in one zone, from one or several demotions. Reused; moves from the writer thread to the
 * completion thread and back.
 */
final class Extent implements Inbox.Message<Extent> {
    private final DemotedBatch[] demotions;
    private final int[] firstSlabs;
    private final int[] slabCounts;
    private final long[] locations;
    private final long[] handedOver;
    private int parts;
    private int slabs;
    /** Parts that have ended, whether reported or failed. */
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

    /** Empties the extent for a run in that zone. */
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

    /** How many of {@link #slabs} come from epochs, not from other zones. */
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

    /** Notes that the demotions with slabs in the extent found a zone, and do not wait for one any more. */
    void foundRoom() {
        for (int part = 0; part < parts; part++) {
            demotions[part].foundRoom();
        }
    }

    /** Reports the slabs, which are durable, to their owners. When an owner fails, only that part's demotion fails. */
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
            // Also where the owner failed half-way: the owner may have taken some of the slabs.
            if (!demotion.isRelocation()) {
                for (int slab = from; slab < to; slab++) {
                    log.changed(demotion.batch.slabId(slab));
                }
            }
        }
    }

    /** Counted first: a part counts as ended even if its end fails. */
    private void endPart(int part) {
        ended = part + 1;
        demotions[part].partEnds();
    }

    /** Fails all parts that have not ended: the slabs could not be made durable, or not be reported. */
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
