package io.znsslab.tier.latency;

import io.znsslab.tier.device.LatencySummary;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in buckets that grow with the time: 16 for each doubling, the scheme of HdrHistogram (which is no
 * Java module, and would be the only dependency that a user of the tier has to add). Recording allocates nothing and
 * takes no lock. Thread-safe.
 */
public final class LatencyHistogram {
    private static final int SUB_BUCKET_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
    /** Up to 2^40 ns, 18 minutes; longer durations count as that. */
    private static final int HIGHEST_BIT = 40;

    private final AtomicLongArray counts = new AtomicLongArray((HIGHEST_BIT - SUB_BUCKET_BITS + 2) * SUB_BUCKETS);
    private final AtomicLong longest = new AtomicLong();

    /** Creates an empty histogram. */
    public LatencyHistogram() {}

    /** Counts one operation that took so long. */
    public void record(long nanos) {
        long bounded = Math.clamp(nanos, 0, (1L << HIGHEST_BIT) - 1);
        counts.getAndIncrement(bucketOf(bounded));
        // Rarely more than a load: a new maximum is rare.
        if (nanos > longest.get()) {
            longest.accumulateAndGet(nanos, Math::max);
        }
    }

    /** Times below 16 have a bucket each; above, the four bits after the highest one choose it. */
    private static int bucketOf(long nanos) {
        int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | 1);
        if (highest < SUB_BUCKET_BITS) {
            return (int) nanos;
        }
        int shift = highest - SUB_BUCKET_BITS;
        return ((shift + 1) << SUB_BUCKET_BITS) + (int) ((nanos >>> shift) & (SUB_BUCKETS - 1));
    }

    private static long highestOf(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BUCKET_BITS) - 1;
        long lowest = (long) (SUB_BUCKETS + (bucket & (SUB_BUCKETS - 1))) << shift;
        return lowest + (1L << shift) - 1;
    }

    /** A snapshot of the counts so far. */
    public LatencySummary summary() {
        long[] copy = new long[counts.length()];
        long total = 0;
        for (int bucket = 0; bucket < copy.length; bucket++) {
            copy[bucket] = counts.get(bucket);
            total += copy[bucket];
        }
        long max = longest.get();
        return new LatencySummary(
                total,
                percentile(copy, total, 0.5, max),
                percentile(copy, total, 0.99, max),
                percentile(copy, total, 0.999, max),
                total == 0 ? 0 : max);
    }

    private static long percentile(long[] copy, long total, double share, long max) {
        long wanted = (long) Math.ceil(total * share);
        long seen = 0;
        for (int bucket = 0; bucket < copy.length && total > 0; bucket++) {
            seen += copy[bucket];
            if (seen >= wanted) {
                return Math.min(highestOf(bucket), max);
            }
        }
        return 0;
    }
}
