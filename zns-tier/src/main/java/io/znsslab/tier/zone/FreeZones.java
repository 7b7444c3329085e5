package io.znsslab.tier.zone;

import java.util.ArrayDeque;

/**
 * The empty zones, in the order in which they became so. Guarded by its owner's lock.
 *
 * <p>A zone is ready once there is known to be room for it below the device. Where there was none for one zone, many
 * others that nobody has asked room for count as without, too: to ask may take long. Later each is asked for again, one
 * at a time, and no more of the time than the writing thread can spare.
 */
final class FreeZones {
    /** Zones that are asked room for one after the other when there was none for another. */
    private static final int MOST_ASKED = 256;
    /** Between two questions in vain so many times as long as one takes passes. */
    private static final int PAUSES = 4;

    private final ArrayDeque<Integer> ready = new ArrayDeque<>();
    /** Nobody has asked yet whether there is room for these. */
    private final ArrayDeque<Integer> unasked = new ArrayDeque<>();
    /** There was none for these. */
    private final ArrayDeque<Integer> roomless = new ArrayDeque<>();

    private long refusedNanos;
    private long refusalTookNanos;

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

    /**
     * Puts a zone back for which there is none.
     *
     * @param tookNanos how long it took to find out, until now
     */
    void addRoomless(int zone, long tookNanos, long nowNanos) {
        refusalTookNanos = tookNanos;
        refusedNanos = nowNanos;
        roomless.add(zone);
        while (unasked.size() > MOST_ASKED) {
            roomless.add(unasked.remove());
        }
    }

    /** Has room asked for again for one zone for which there was none. False when there is none, or it is too early. */
    boolean askAgain(long nowNanos) {
        if (roomless.isEmpty() || nowNanos - refusedNanos < PAUSES * refusalTookNanos) {
            return false;
        }
        unasked.add(roomless.remove());
        return true;
    }

    /** Takes the first zone that is ready. */
    int takeReady() {
        return ready.remove();
    }
}
