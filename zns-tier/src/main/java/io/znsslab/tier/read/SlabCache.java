package io.znsslab.tier.read;

import io.znsslab.tier.format.SealedBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Checked images of cold slabs, off the heap, for reads that leave the slab where it is. Thread-safe; allocates nothing
 * once made.
 *
 * <p>An image is known by its slab, location and the zone's incarnation, in which it never changes: so an entry can't
 * be wrong, only of no use any more. {@link #remove} gives its room back then.
 *
 * <p>Each location belongs to one set of {@value #WAYS} entries. Which of them a new image takes is decided as by
 * S3-FIFO's main queue (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): the entries come up
 * in turn, and one that was read since, up to three times, is passed over as often. Caffeine has a better policy, but
 * boxes its keys, makes an object for each entry, and would need every reader to count itself in and out of buffers off
 * the heap; a copy of a slab under a set's lock is cheaper than that.
 */
public final class SlabCache implements AutoCloseable {
    private static final int WAYS = 8;
    private static final int MOST_LOCKS = 256;
    private static final byte MOST_READS = 3;

    private final Arena arena = Arena.ofShared();
    private final int slabBytes;
    private final int sets;
    private final MemorySegment images;
    private final long[] locations;
    private final long[] slabIds;
    private final long[] incarnations;
    private final byte[] reads;
    private final byte[] hands;
    private final ReentrantLock[] locks;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * Creates an empty cache. Its memory is touched as it fills.
     *
     * @param limitBytes for images, rounded down to whole sets, at least one; the tables take some 27 bytes for each
     *     image on top
     */
    public SlabCache(long limitBytes, int slabBytes) {
        this.slabBytes = slabBytes;
        sets = sets(limitBytes, slabBytes);
        int entries = sets * WAYS;
        images = arena.allocate((long) entries * slabBytes, SealedBlock.LOCATION_BYTES);
        locations = new long[entries];
        slabIds = new long[entries];
        incarnations = new long[entries];
        reads = new byte[entries];
        hands = new byte[sets];
        locks = new ReentrantLock[Math.min(sets, MOST_LOCKS)];
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    private static int sets(long limitBytes, int slabBytes) {
        return Math.clamp(limitBytes / ((long) WAYS * slabBytes), 1, 1 << 27);
    }

    /** Bytes off the heap that a cache of that limit takes when it is full. */
    public static long memoryBytes(long limitBytes, int slabBytes) {
        return (long) sets(limitBytes, slabBytes) * WAYS * slabBytes;
    }

    /** Copies the image to the destination if the cache holds it. */
    public boolean read(long slabId, long location, long incarnation, MemorySegment destination) {
        int set = setOf(location);
        ReentrantLock lock = lockOf(set);
        lock.lock();
        try {
            int entry = entryOf(set, location);
            boolean found = entry >= 0 && slabIds[entry] == slabId && incarnations[entry] == incarnation;
            if (found) {
                MemorySegment.copy(images, (long) entry * slabBytes, destination, 0, slabBytes);
                reads[entry] = (byte) Math.min(MOST_READS, reads[entry] + 1);
            }
            (found ? hits : misses).increment();
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a copy of an image that was checked. */
    public void put(long slabId, long location, long incarnation, MemorySegment image) {
        int set = setOf(location);
        ReentrantLock lock = lockOf(set);
        lock.lock();
        try {
            int known = entryOf(set, location);
            int entry = known >= 0 ? known : victim(set);
            locations[entry] = location;
            slabIds[entry] = slabId;
            incarnations[entry] = incarnation;
            reads[entry] = 0;
            MemorySegment.copy(image, 0, images, (long) entry * slabBytes, slabBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the image at that location, which is of no use any more. */
    public void remove(long location) {
        int set = setOf(location);
        ReentrantLock lock = lockOf(set);
        lock.lock();
        try {
            int entry = entryOf(set, location);
            if (entry >= 0) {
                locations[entry] = 0;
                reads[entry] = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads answered from the cache so far. */
    public long hits() {
        return hits.sum();
    }

    /** Reads not answered from the cache so far. */
    public long misses() {
        return misses.sum();
    }

    /** Images in the cache now. */
    public long size() {
        long count = 0;
        for (int set = 0; set < sets; set++) {
            ReentrantLock lock = lockOf(set);
            lock.lock();
            try {
                for (int way = 0; way < WAYS; way++) {
                    count += locations[set * WAYS + way] != 0 ? 1 : 0;
                }
            } finally {
                lock.unlock();
            }
        }
        return count;
    }

    private int setOf(long location) {
        return (int) Long.remainderUnsigned((location * 0x9E3779B97F4A7C15L) >>> 20, sets);
    }

    private ReentrantLock lockOf(int set) {
        return locks[set % locks.length];
    }

    private int entryOf(int set, long location) {
        for (int entry = set * WAYS; entry < (set + 1) * WAYS; entry++) {
            if (locations[entry] == location) {
                return entry;
            }
        }
        return -1;
    }

    private int victim(int set) {
        while (true) {
            int entry = set * WAYS + hands[set];
            hands[set] = (byte) ((hands[set] + 1) % WAYS);
            if (locations[entry] == 0 || reads[entry] == 0) {
                return entry;
            }
            reads[entry]--;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
