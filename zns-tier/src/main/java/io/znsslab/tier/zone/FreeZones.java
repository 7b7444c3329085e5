package io.znsslab.tier.zone;

import java.util.ArrayDeque;

/**
 * The empty zones in the order in which they became empty. Guarded by its owner's lock.
 *
 * <p>A zone is ready once space for it below the device is allocated. When there was no space for one zone, many others
 * that were not tried count as without space, too, since trying may take long. Later each is tried again, one at a
 * time, and never for a larger share of the time than the writer thread can spare.
 */
final class FreeZones {
    /** Zones that are tried one after the other when there was no space for another. */
    private static final int MOST_ASKED = 256;
    /** The pause between two failed attempts, in multiples of an attempt's duration. */
    private static final int PAUSES = 4;

    private final ArrayDeque<Integer> ready = new ArrayDeque<>();
    /** Zones for which no space was requested yet. */
    private final ArrayDeque<Integer> unasked = new ArrayDeque<>();
    /** Zones for which there was no space. */
    private final ArrayDeque<Integer> roomless = new ArrayDeque<>();

    private long refusedNanos;
    private long refusalTookNanos;

    /** Adds a zone that is empty now. */
    void add(int zone) {
        unasked.add(zone);
    }

    /** Number of zones for which there is space, as far as is known. */
    int size() {
        return ready.size() + unasked.size();
    }

    int readyZones() {
        return ready.size();
    }

    int roomlessZones() {
        return roomless.size();
    }

    /** Removes a zone for which no space was requested yet; {@link ZoneAllocator#NONE} when there is none. */
    int takeUnasked() {
        return unasked.isEmpty() ? ZoneAllocator.NONE : unasked.remove();
    }

    /** Puts a zone back for which space was allocated. */
    void addReady(int zone) {
        ready.add(zone);
    }

    /**
     * Puts a zone back for which there was no space.
     *
     * @param tookNanos duration of the attempt
     */
    void addRoomless(int zone, long tookNanos, long nowNanos) {
        refusalTookNanos = tookNanos;
        refusedNanos = nowNanos;
        roomless.add(zone);
        while (unasked.size() > MOST_ASKED) {
            roomless.add(unasked.remove());
        }
    }

    /**
     * Lets space be requested again for one zone for which there was none. False when there is no such zone, or it is
     * too early.
     */
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
