package io.znsslab.jcache;

import java.util.concurrent.atomic.LongAdder;
import javax.cache.management.CacheStatisticsMXBean;
import org.jspecify.annotations.Nullable;

/** What a cache counts while its statistics are enabled. Thread-safe. */
final class Statistics implements CacheStatisticsMXBean {
    private static final float NANOS_A_MICROSECOND = 1000;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private final LongAdder removals = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder getNanos = new LongAdder();
    private final LongAdder putNanos = new LongAdder();
    private final LongAdder removeNanos = new LongAdder();
    private volatile boolean enabled;

    boolean isEnabled() {
        return enabled;
    }

    void enable(boolean enable) {
        enabled = enable;
    }

    /** The time from which an operation is measured; 0 while nothing is counted. */
    long begin() {
        return enabled ? System.nanoTime() : 0;
    }

    void hit() {
        add(hits);
    }

    void miss() {
        add(misses);
    }

    /** A hit or, for null, a miss. */
    void lookedUp(@Nullable Object value) {
        add(value == null ? misses : hits);
    }

    void put() {
        add(puts);
    }

    void removal() {
        add(removals);
    }

    void eviction() {
        add(evictions);
    }

    private void add(LongAdder counter) {
        if (enabled) {
            counter.increment();
        }
    }

    void got(long begun) {
        addTime(getNanos, begun);
    }

    void putSince(long begun) {
        addTime(putNanos, begun);
    }

    void removedSince(long begun) {
        addTime(removeNanos, begun);
    }

    private void addTime(LongAdder nanos, long begun) {
        if (enabled && begun != 0) {
            nanos.add(System.nanoTime() - begun);
        }
    }

    @Override
    public void clear() {
        for (LongAdder counter :
                new LongAdder[] {hits, misses, puts, removals, evictions, getNanos, putNanos, removeNanos}) {
            counter.reset();
        }
    }

    @Override
    public long getCacheHits() {
        return hits.sum();
    }

    @Override
    public float getCacheHitPercentage() {
        return percent(getCacheHits());
    }

    @Override
    public long getCacheMisses() {
        return misses.sum();
    }

    @Override
    public float getCacheMissPercentage() {
        return percent(getCacheMisses());
    }

    private float percent(long part) {
        long gets = getCacheGets();
        return gets == 0 ? 0 : 100f * part / gets;
    }

    @Override
    public long getCacheGets() {
        return getCacheHits() + getCacheMisses();
    }

    @Override
    public long getCachePuts() {
        return puts.sum();
    }

    @Override
    public long getCacheRemovals() {
        return removals.sum();
    }

    @Override
    public long getCacheEvictions() {
        return evictions.sum();
    }

    @Override
    public float getAverageGetTime() {
        return average(getNanos, getCacheGets());
    }

    @Override
    public float getAveragePutTime() {
        return average(putNanos, getCachePuts());
    }

    @Override
    public float getAverageRemoveTime() {
        return average(removeNanos, getCacheRemovals());
    }

    private static float average(LongAdder nanos, long count) {
        return count == 0 ? 0 : nanos.sum() / NANOS_A_MICROSECOND / count;
    }
}
