package io.znsslab.cli.bench.trace;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.result.Distribution;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Replays a trace on a cache in two tiers: what is missed is inserted. */
final class TraceBench implements AccessSink {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(100);
    private static final int SAMPLE_EVERY = 50_000;
    private static final int LOOK_EVERY = 1 << 10;
    private static final int MOST_SAMPLES = 400;

    private final TraceFile trace;
    private final TieredCache cache;
    private final ObjectSizes sizes;
    private final long limit;
    private final Progress progress;
    private final Histogram all = histogram();
    private final Histogram dram = histogram();
    private final Histogram cold = histogram();
    private final Histogram insert = histogram();
    private final List<TraceReport.Sample> samples = new ArrayList<>();
    private long accesses;
    private long policyHits;
    private long clipped;
    private long sampleEvery = SAMPLE_EVERY;
    private long peakArenaBytes;
    private long peakProcessBytes;

    /**
     * @param sizes of values where the trace has none
     * @param limit of accesses
     */
    TraceBench(TraceFile trace, TieredCache cache, ObjectSizes sizes, long limit, Progress progress) {
        this.trace = trace;
        this.cache = cache;
        this.sizes = sizes;
        this.limit = limit;
        this.progress = progress;
    }

    private static Histogram histogram() {
        return new Histogram(1, LONGEST_NANOS, 3);
    }

    TraceReport run(String name, BenchDevice device, TieredCache.Limits limits) {
        long begun = System.nanoTime();
        trace.read(this, () -> accesses >= limit);
        cache.settle();
        long nanos = System.nanoTime() - begun;
        sample();
        progress.clear();
        return TraceReport.of(
                new TraceReport.Setting(
                        name,
                        trace.format().toString(),
                        device.chosen(),
                        limits.capacityBytes(),
                        limits.memoryBytes(),
                        limits.epochBytes(),
                        limits.slabBytes(),
                        sizes.toString()),
                new TraceReport.Outcome(
                        accesses,
                        nanos / 1e9,
                        dram.getTotalCount(),
                        cold.getTotalCount(),
                        insert.getTotalCount(),
                        cache.dropped(),
                        cache.values(),
                        clipped,
                        cache.insertedBytes(),
                        cache.statistics().bytesWritten()),
                policyHits,
                new TraceReport.Latencies(
                        Distribution.of(all), Distribution.of(dram), Distribution.of(cold), Distribution.of(insert)),
                peakArenaBytes,
                peakProcessBytes,
                samples);
    }

    @Override
    public void access(long key, int bytes) {
        if (accesses >= limit) {
            return;
        }
        long start = System.nanoTime();
        Tier tier = cache.find(key);
        boolean hit = tier != null && cache.read(key);
        long found = System.nanoTime() - start;
        if (hit) {
            policyHits++;
            record(tier == Tier.RESIDENT ? dram : cold, found);
            record(all, found);
        } else {
            insert(key, bytes, found);
        }
        accesses++;
        if (accesses % LOOK_EVERY == 0) {
            progress.report(
                    "replaying " + trace.format() + ": accesses", accesses, limit == Long.MAX_VALUE ? 0 : limit);
        }
        if (accesses % sampleEvery == 0) {
            sample();
        }
    }

    private void insert(long key, int bytes, long lookedUp) {
        if (cache.isKept(key)) {
            policyHits++;
            cache.forget(key);
        }
        int wanted = Math.max(Long.BYTES, bytes > 0 ? bytes : sizes.sizeOf(key));
        int kept = Math.min(wanted, cache.largestBytes());
        if (kept < wanted) {
            clipped++;
        }
        long start = System.nanoTime();
        cache.insert(key, kept);
        long inserted = System.nanoTime() - start;
        record(insert, inserted);
        record(all, lookedUp + inserted);
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    private void sample() {
        if (samples.size() == MOST_SAMPLES) {
            for (int i = MOST_SAMPLES - 2; i >= 0; i -= 2) {
                samples.remove(i);
            }
            sampleEvery *= 2;
        }
        long arena = cache.arenaBytes();
        long process = SlabAllocator.processRssBytes();
        peakArenaBytes = Math.max(peakArenaBytes, arena);
        peakProcessBytes = Math.max(peakProcessBytes, process);
        long hits = dram.getTotalCount() + cold.getTotalCount();
        samples.add(new TraceReport.Sample(
                accesses,
                accesses == 0 ? 0 : (double) hits / accesses,
                arena,
                process,
                cache.statistics().bytesWritten()));
    }
}
