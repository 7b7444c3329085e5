package io.znsslab.core.registry;

import io.znsslab.core.arena.Invariant;
import io.znsslab.core.arena.MemoryBesideSlabs;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The slab ids that no slab has: those that slabs have given back, on a list that runs through the unused words'
 * locations; those that earlier runs may have issued; and those that were never taken.
 *
 * <p>The base generation of a free id stays in its word, so that the next slab of that id goes on from there and no
 * handle is issued twice. An id that has come to the last generation is never used again; where ids share an entry, the
 * next one goes on the list in its place.
 *
 * <p>Thread-safe. The lock over the free list is a leaf: its holder takes no lock but that of a table's range, while it
 * maps more of the table, and waits for no other thread.
 */
public final class SlabIds {
    /** Makes durable that ids may be issued, before they are. Called with no lock of the registry held. */
    public interface Reservation {
        /**
         * Makes a bound above the first id wanted durable, and returns it; returns no more than {@code wanted} where
         * that fails. May wait.
         */
        long reserve(long wanted);

        /** Notes that ids from that one on will be wanted soon. Does not wait. */
        default void announce(long wanted) {}
    }

    /** Memory that is taken at a time: a slab's worth at most, so that one slab given up makes room for it. */
    private static final long ROOM_BYTES = 4096;

    private final Registry registry;
    private final MemoryBesideSlabs memory;
    private final long entryBytes;
    private final long entries;
    private final ReentrantLock lock = new ReentrantLock();
    // ids below this for which no word was ever written may have been issued by earlier runs
    private long firstId = 1;
    // of these, ids from here on are used again, from that generation on
    private long unknownId = 1;
    private int unknownGeneration = 1;
    private long nextId = 1;
    // for the entries of ids below this memory was taken
    private long roomBelow = 1;
    // ids below this may be issued: that they may have been is durable
    private long reservedBelow = Long.MAX_VALUE;
    private Reservation reservation = wanted -> Long.MAX_VALUE;
    // when this id is taken, more are announced
    private long announceFrom = Long.MAX_VALUE;
    private long freeHead;
    private long freeCount;

    /** All ids that the registry has entries for are free. */
    SlabIds(Registry registry) {
        this.registry = registry;
        this.entries = registry.entries();
        this.memory = registry.memory();
        this.entryBytes = registry.entryBytes();
    }

    /**
     * Makes sure that there are ids, or memory for the entries of some. To be called before {@link #take}, which else
     * may exceed the memory limit.
     *
     * @return false if the memory limit leaves no room for a slab's worth of entries, and no id has come back
     */
    public boolean makeRoom() {
        if (!memory.isBounded()) {
            return true;
        }
        lock.lock();
        try {
            return freeHead != Registry.NO_ID
                    || unknownId < firstId
                    || nextId < roomBelow
                    || takeRoom(ROOM_BYTES / entryBytes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes memory for the entries of all ids below a bound. To be called before any id is taken.
     *
     * @return the bytes that a memory limit has too few for that; 0 if it is done
     */
    public long makeRoomBelow(long bound) {
        long ids = Math.max(0, bound - roomBelow);
        return ids == 0 || takeRoom(ids) ? 0 : ids * entryBytes;
    }

    private boolean takeRoom(long ids) {
        boolean taken = memory.take(MemoryBesideSlabs.Use.TABLES, ids * entryBytes);
        if (taken) {
            roomBelow += ids;
        }
        return taken;
    }

    /**
     * Takes ids that no slab has. Where all ids that may be issued are taken, this waits until more are reserved, and
     * holds no lock meanwhile: the thread that makes the reservation durable may have to give ids back first.
     *
     * @return how many were put into {@code into}: fewer than it holds when ids run out
     */
    public int take(long[] into) {
        while (true) {
            int count = takeReserved(into);
            long wanted = firstUnreserved();
            if (count > 0 || into.length == 0 || wanted >= entries) {
                announceIfDue(wanted);
                return count;
            }
            long bound = reservation.reserve(wanted);
            if (!raiseReserved(wanted, bound)) {
                // Ids may have come back meanwhile.
                return takeReserved(into);
            }
        }
    }

    private int takeReserved(long[] into) {
        lock.lock();
        try {
            int count = 0;
            while (count < into.length && freeHead != Registry.NO_ID) {
                long word = registry.laWord(freeHead);
                into[count++] = freeHead;
                freeHead = Registry.location(word);
                freeCount--;
            }
            for (; count < into.length && unknownId < firstId; unknownId++) {
                if (registry.laWord(unknownId) == Registry.NO_SLAB) {
                    registry.svUnused(unknownId, unknownGeneration, Registry.NO_ID);
                    into[count++] = unknownId;
                }
            }
            long fresh = Math.min(into.length - count, Math.min(entries, reservedBelow) - nextId);
            if (fresh > 0) {
                takeRoomFor(nextId + fresh);
                registry.map(nextId, fresh);
                while (fresh-- > 0) {
                    into[count++] = nextId++;
                }
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Where several threads have shared the room that each of them made, this exceeds the limit for the moment. */
    private void takeRoomFor(long end) {
        if (end > roomBelow) {
            memory.takeAnyway(MemoryBesideSlabs.Use.TABLES, (end - roomBelow) * entryBytes);
            roomBelow = end;
        }
    }

    private long firstUnreserved() {
        lock.lock();
        try {
            return Math.max(nextId, reservedBelow);
        } finally {
            lock.unlock();
        }
    }

    /** False if no id from {@code wanted} on is reserved. */
    private boolean raiseReserved(long wanted, long bound) {
        lock.lock();
        try {
            reservedBelow = Math.max(reservedBelow, bound);
            announceFrom = reservedBelow - (reservedBelow - wanted) / 2;
            return reservedBelow > wanted;
        } finally {
            lock.unlock();
        }
    }

    /** Announces once for each reservation, when half of it is taken. */
    private void announceIfDue(long wanted) {
        lock.lock();
        try {
            if (wanted >= entries || nextId < announceFrom) {
                return;
            }
            announceFrom = Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
        reservation.announce(wanted);
    }

    /** Has ids issued as far as they are reserved, from now on. To be called before any id is taken. */
    public void reserveBy(Reservation reserver) {
        reservation = reserver;
        reservedBelow = 0;
    }

    /**
     * Goes on where an earlier run may have ended. To be called before any id is taken.
     *
     * @param firstNewId no run has issued an id from that one on
     * @param firstUnknown ids from this one to {@code firstNewId} are used again if nothing else is known of them;
     *     those before are not
     * @param generation the generation from which they go on
     */
    public void goOn(long firstNewId, long firstUnknown, int generation) {
        registry.map(0, firstNewId);
        firstId = firstNewId;
        nextId = firstNewId;
        unknownId = generation > HandleLayout.MAX_GENERATION ? firstNewId : Math.min(firstNewId, firstUnknown);
        unknownGeneration = generation;
    }

    /** Whether an earlier run may have issued the id, nothing else is known of it, and this run has not used it. */
    public boolean isUnknown(long id) {
        return id < firstId && registry.laWord(id) == Registry.NO_SLAB;
    }

    /** The lowest id that was never taken. */
    public long next() {
        return lastTaken() + 1;
    }

    /**
     * Puts a refused id on the free list, to go on with later generations. An id that has none left stays refused for
     * ever, and its entry goes to the next id that shares it, if there is one.
     */
    public void reuse(long id) {
        long word = registry.laWord(id);
        boolean usedUp = Registry.isUsedUp(word);
        if (usedUp && id + entries >= registry.idBound()) {
            return;
        }
        lock.lock();
        try {
            long next = usedUp ? id + entries : id;
            registry.svUnused(next, usedUp ? 0 : Registry.baseGeneration(word), freeHead);
            freeHead = next;
            freeCount++;
        } finally {
            lock.unlock();
        }
    }

    /** Ids that are used, or used up. */
    public long inUse() {
        lock.lock();
        try {
            return nextId - 1 - freeCount;
        } finally {
            lock.unlock();
        }
    }

    /** The highest id that was ever taken. */
    long lastTaken() {
        lock.lock();
        try {
            return nextId - 1;
        } finally {
            lock.unlock();
        }
    }

    /** Notes the free ids, and those that are used up. */
    void countUnused(IdCensus census) {
        lock.lock();
        try {
            long listed = 0;
            for (long id = freeHead; id != Registry.NO_ID; id = Registry.location(registry.laWord(id))) {
                long word = registry.laWord(id);
                if (Registry.state(word) != Registry.UNUSED) {
                    throw Invariant.broken("free slab id %d has the word %s".formatted(id, Registry.describe(word)));
                }
                census.found(id, "on the free list");
                listed++;
            }
            Invariant.equal(listed, freeCount, "the number of free slab ids");
            for (long id = 1; id < nextId; id++) {
                long word = registry.laWord(id);
                if (Registry.state(word) == Registry.MOVING) {
                    throw Invariant.broken("slab %d is moving between tiers".formatted(id));
                }
                if (Registry.isUsedUp(word) || isUnknown(id)) {
                    census.found(id, "used up");
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
