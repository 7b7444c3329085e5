package io.znsslab.tier.device;

import java.util.Arrays;
import java.util.BitSet;

/** A set of zones whose cost depends on its size, not on the number of zones. Not thread-safe. */
final class ChangedZones {
    private final BitSet members;
    private int[] list = new int[16];
    private int count;

    ChangedZones(int zones) {
        members = new BitSet(zones);
    }

    void mark(int zone) {
        if (members.get(zone)) {
            return;
        }
        members.set(zone);
        if (count == list.length) {
            list = Arrays.copyOf(list, 2 * count);
        }
        list[count++] = zone;
    }

    /** Empties the set; returns its zones in no order. */
    int[] take() {
        int[] taken = Arrays.copyOf(list, count);
        for (int zone : taken) {
            members.clear(zone);
        }
        count = 0;
        return taken;
    }
}
