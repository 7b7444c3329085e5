package io.znsslab.tier.inspect;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.recovery.FoundStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An epoch that has slabs on a device.
 *
 * @param number its number
 * @param label the application's name for it; may be empty
 * @param opened when it was opened, by the clock of the machine that did; null for one whose demotion was never
 *     acknowledged, about which the log says nothing more
 * @param expires when it is discarded whole, by the same clock; null if it has no such end
 * @param lifetime how long it was expected to live
 * @param slabs its slabs on the device; of an unacknowledged one, those that don't count
 * @param packedSlabs how many of them are packed
 * @param zones in how many zones they are
 * @param objects live objects in them
 * @param liveBytes bytes of the slots of the live objects. A packed object's size is in its image alone, so that packed
 *     slabs count from their first live object to their end: at most that much is live
 * @param slabBytes bytes of all its slabs
 */
public record EpochContents(
        long number,
        String label,
        State state,
        @Nullable Instant opened,
        @Nullable Instant expires,
        Lifetime lifetime,
        long slabs,
        long packedSlabs,
        int zones,
        long objects,
        long liveBytes,
        long slabBytes) {
    /** Where an epoch on a device stands. */
    public enum State {
        /** Closed, and on the device as a whole. */
        COLD,
        /** Its demotion was never acknowledged: its slabs don't count, and the next opening forgets them. */
        UNACKNOWLEDGED
    }

    /** The share of its slabs' bytes that is live: 0 to 1, an upper bound where it has packed slabs. */
    public double liveShare() {
        return slabBytes == 0 ? 0 : (double) liveBytes / slabBytes;
    }

    static List<EpochContents> of(FoundStore store, SlabImages images) {
        List<EpochContents> all = new ArrayList<>();
        int[] slabs = store.slabs();
        for (int from = 0; from < slabs.length; ) {
            int epoch = store.epochIndexOf(slabs[from]);
            int to = from + 1;
            while (to < slabs.length && store.epochIndexOf(slabs[to]) == epoch) {
                to++;
            }
            all.add(cold(store, images, from, to));
            from = to;
        }
        long[] unacknowledged = store.unacknowledgedSlabs();
        for (int epoch = 0; epoch < unacknowledged.length; epoch++) {
            if (unacknowledged[epoch] > 0) {
                all.add(new EpochContents(
                        store.epochNumber(epoch),
                        "",
                        State.UNACKNOWLEDGED,
                        null,
                        null,
                        Lifetime.UNSTATED,
                        unacknowledged[epoch],
                        0,
                        0,
                        0,
                        0,
                        0));
            }
        }
        all.sort(Comparator.comparingLong(EpochContents::number));
        return List.copyOf(all);
    }

    private static EpochContents cold(FoundStore store, SlabImages images, int from, int to) {
        ColdImage image = new ColdImage();
        BitSet zones = new BitSet();
        long packed = 0;
        long objects = 0;
        long live = 0;
        for (int i = from; i < to; i++) {
            int index = store.slabs()[i];
            store.describe(index, image);
            zones.set(store.zoneOf(image.location));
            packed += images.isPacked(image.sizeClass) ? 1 : 0;
            objects += store.objects(index);
            live += images.liveBytes(image);
        }
        ColdEpoch epoch = store.epochAt(store.epochIndexOf(store.slabs()[from]));
        return new EpochContents(
                epoch.number(),
                epoch.label(),
                State.COLD,
                Instant.ofEpochMilli(epoch.openedMillis()),
                epoch.expiresMillis() == ColdEpoch.NO_EXPIRY ? null : Instant.ofEpochMilli(epoch.expiresMillis()),
                epoch.lifetime(),
                to - from,
                packed,
                zones.cardinality(),
                objects,
                live,
                images.areKnown() ? (long) (to - from) * images.requireShape().slabBytes() : 0);
    }
}
