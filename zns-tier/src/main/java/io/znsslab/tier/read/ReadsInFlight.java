package io.znsslab.tier.read;

/**
 * The transfers in flight by location, so that another read of the same slab joins instead of reading it again. Belongs
 * to the reader thread; allocates nothing.
 */
final class ReadsInFlight {
    private final QueuedRead[] buckets;

    /** @param depth most reads in flight */
    ReadsInFlight(int depth) {
        buckets = new QueuedRead[Integer.highestOneBit(Math.max(depth, 1)) << 1];
    }

    private int bucketOf(SlabRead read) {
        // Neighbouring slabs are often read together; any mixing will do.
        long mixed = read.location() * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & (buckets.length - 1);
    }

    /** Adds the read, or joins it to one of the same slab in flight. True when it was added, and must be submitted. */
    boolean addOrJoin(QueuedRead read) {
        int bucket = bucketOf(read);
        for (QueuedRead other = buckets[bucket]; other != null; other = other.nextInBucket) {
            if (other.isOfSameSlab(read)) {
                read.next(other.joined);
                other.joined = read;
                return false;
            }
        }
        read.nextInBucket = buckets[bucket];
        buckets[bucket] = read;
        return true;
    }

    /** Removes a read whose transfer has ended. */
    void remove(QueuedRead read) {
        int bucket = bucketOf(read);
        QueuedRead before = null;
        for (QueuedRead at = buckets[bucket]; at != read; at = at.nextInBucket) {
            before = at;
        }
        if (before == null) {
            buckets[bucket] = read.nextInBucket;
        } else {
            before.nextInBucket = read.nextInBucket;
        }
        read.nextInBucket = null;
    }
}
