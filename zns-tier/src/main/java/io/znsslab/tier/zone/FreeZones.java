package io.znsslab.tier.zone;

import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * The empty zones, in the order in which they became so. Guarded by its owner's lock.
 *
 * <p>A zone is ready once there is known to be room for it below the device. Where there was none for one zone, there
 * is none for others of which nothing was ever written in this run; those that were may have theirs from then.
 */
final class FreeZones {
    private final ArrayDeque<Integer> ready = new ArrayDeque<>();
    /** Nobody has asked yet whether there is room for these. */
    private final ArrayDeque<Integer> unasked = new ArrayDeque<>();
    /** There was none for these. */
    private final ArrayDeque<Integer> roomless = new ArrayDeque<>();

    private final BitSet usedBefore = new BitSet();

    /** Adds a zone that is empty now. */
    void add(int zone) {
        unasked.add(zone);
    }

    /** Zones for which there is room, as far as is known. */
    int size() {
        return ready.size() + unasked.size();
    }

    int readyZones() {
        return ready.size();
    }

    int roomlessZones() {
        return roomless.size();
    }

    /** Takes a zone out that nobody has asked for room for; {@link ZoneAllocator#NONE} when there is none. */
    int takeUnasked() {
        return unasked.isEmpty() ? ZoneAllocator.NONE : unasked.remove();
    }

    /** Puts a zone back for which there is room. */
    void addReady(int zone) {
        ready.add(zone);
    }

    /** Puts a zone back for which there is none. */
    void addRoomless(int zone) {
        roomless.add(zone);
        for (int left = unasked.size(); left > 0; left--) {
            int other = unasked.remove();
            (usedBefore.get(other) ? unasked : roomless).add(other);
        }
    }

    /** Has room asked for again, for so many of those for which there was none. */
    void askAgain(int most) {
        for (int i = 0; i < most && !roomless.isEmpty(); i++) {
            int zone = roomless.remove();
            usedBefore.set(zone);
            unasked.add(zone);
        }
    }

    /** Takes the first zone that is ready. */
    int takeReady() {
        int zone = ready.remove();
        usedBefore.set(zone);
        return zone;
    }
}
