package io.znsslab.cli.bench.memory;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.contestant.Shuffle;
import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.memory.MemoryReport.Counts;
import io.znsslab.cli.bench.memory.MemoryReport.Phase;
import io.znsslab.cli.bench.memory.MemoryReport.Sample;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.core.ArenaFullException;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.MemoryUsage;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One store under a memory limit, filled in three ways, its memory sampled meanwhile. */
final class MemoryBench implements AutoCloseable {
    private static final int SAMPLES_OF_A_PHASE = 50;
    private static final int BATCH = 200;
    /** Part of the limit that an epoch which is demoted takes. */
    private static final int EPOCH_PART = 16;
    /** Part of the limit that the tier's read cache gets. */
    private static final int CACHE_PART = 16;
    /** A domain's segment that no slab holds. */
    private static final int SEGMENT_BYTES = 256 << 10;

    private static final int SEGMENTS = 8;
    private static final int KEPT_HANDLES = 1 << 20;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(15);

    /**
     * What is done.
     *
     * @param limitBytes memory of allocator and tier together
     * @param time in all
     * @param sizes of the objects, each time a random one
     * @param seed of sizes and choices
     */
    record Plan(long limitBytes, Duration time, ObjectSizes sizes, long seed) {}

    private interface Step {
        void run();
    }

    private final Plan plan;
    private final Progress progress;
    private final SlabAllocator store;
    private final int[] sizes;
    private final long[] objects = new long[KEPT_HANDLES];
    private final long[] cold = new long[KEPT_HANDLES];
    private final long baselineBytes;
    private final long begun = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>();
    private int live;
    private int coldCount;
    private int random;
    private long epoch;
    private long epochBytes;
    private long objectsReplaced;
    private long epochsDemoted;
    private long coldReads;
    private long objectsWalked;
    private long refusals;
    private long nextSample;

    private MemoryBench(Plan plan, StoreSettings settings, BenchDevice device, Progress progress, long baseline) {
        this.plan = plan;
        this.progress = progress;
        this.baselineBytes = baseline;
        this.sizes = plan.sizes().sequence(1 << 16, plan.seed());
        this.random = (int) plan.seed() | 1;
        // The builder closes the tier if it throws.
        this.store = settings.build(settings.applyTo(SlabAllocator.builder())
                .memoryLimit(plan.limitBytes())
                .coldTier(openTier(settings, device)));
    }

    private ZnsTier openTier(StoreSettings settings, BenchDevice device) {
        ZonedDevice opened = device.open();
        try {
            return settings.open(settings.applyTo(ZnsTier.builder(opened)
                            .readCacheBytes(plan.limitBytes() / CACHE_PART)
                            .whenFull(FullDevicePolicy.EVICT_OLDEST))
                    .force(true));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Measures; first a small store for the same time, which brings the Java machine to the size that it needs for
     * itself: its compiler alone takes 10 to 30 MiB off the heap, and the C library keeps some of that.
     */
    static MemoryReport run(Plan plan, StoreSettings settings, BenchDevice device, Progress progress) {
        Duration warmUpTime = plan.time().compareTo(LONGEST_WARM_UP) < 0 ? plan.time() : LONGEST_WARM_UP;
        Plan small = new Plan(MemoryBenchCommand.LEAST_LIMIT_BYTES, warmUpTime, plan.sizes(), plan.seed());
        try (MemoryBench warmUp = new MemoryBench(small, settings, device, progress, 0)) {
            warmUp.runAll();
        }
        System.gc();
        long baseline = OffHeapMemory.residentBytes();
        try (MemoryBench bench = new MemoryBench(plan, settings, device, progress, baseline)) {
            bench.runAll();
            progress.clear();
            return MemoryReport.of(
                    plan,
                    device.chosen(),
                    baseline,
                    new Counts(
                            bench.objectsReplaced,
                            bench.epochsDemoted,
                            bench.coldReads,
                            bench.objectsWalked,
                            bench.refusals),
                    bench.samples);
        }
    }

    private void runAll() {
        fill();
        runFor(Phase.CHURN, this::replace);
        store.closeEpoch(epoch, Disposition.DISCARD).join();
        beginEpoch();
        runFor(Phase.DEMOTION, this::fillAndDemote);
        demote();
        fill();
        runFor(Phase.COLD_READS, this::readCold);
    }

    private void runFor(Phase phase, Step step) {
        long start = System.nanoTime();
        long nanos = plan.time().toNanos() / Phase.values().length;
        nextSample = start;
        for (long now = start; now - start < nanos; now = System.nanoTime()) {
            step.run();
            if (sampleIfDue(phase)) {
                progress.report("memory, " + phase.text() + ", ms:", (now - start) / 1_000_000, nanos / 1_000_000);
            }
        }
        sample(phase);
    }

    private boolean sampleIfDue(Phase phase) {
        long now = System.nanoTime();
        if (now < nextSample) {
            return false;
        }
        sample(phase);
        nextSample = now + plan.time().toNanos() / Phase.values().length / SAMPLES_OF_A_PHASE;
        return true;
    }

    private void sample(Phase phase) {
        MemoryUsage usage = store.memoryUsage();
        samples.add(new Sample(
                phase,
                (System.nanoTime() - begun) / 1e9,
                OffHeapMemory.residentBytes() - baselineBytes,
                usage.usedBytes(),
                usage));
    }

    private int next(int bound) {
        random = Shuffle.next(random);
        return Shuffle.below(random, bound);
    }

    private void beginEpoch() {
        epoch = store.advanceEpoch();
        epochBytes = 0;
        live = 0;
    }

    /** Fills an epoch until no memory is left. */
    private void fill() {
        beginEpoch();
        long handle = allocate();
        while (Handle.isHandle(handle)) {
            if (live < objects.length) {
                objects[live++] = handle;
            }
            handle = allocate();
        }
        refusals++;
    }

    private long allocate() {
        int bytes = sizes[next(sizes.length)];
        long handle = store.allocate(bytes, epoch);
        if (Handle.isHandle(handle)) {
            store.setLong(handle, 0, handle);
            epochBytes += bytes;
        }
        return handle;
    }

    private void replace() {
        for (int i = 0; i < BATCH; i++) {
            int place = next(live);
            if (objects[place] != 0 && !store.free(objects[place])) {
                throw wrong(objects[place], "was live, and its free reports stale");
            }
            long handle = allocate();
            boolean isThere = Handle.isHandle(handle);
            objects[place] = isThere ? handle : 0;
            refusals += isThere ? 0 : 1;
            objectsReplaced++;
        }
    }

    private void fillAndDemote() {
        for (int i = 0; i < BATCH; i++) {
            int bytes = sizes[next(sizes.length)];
            long handle = store.allocate(bytes, epoch, LONGEST_WAIT);
            if (!Handle.isHandle(handle)) {
                throw new CommandFailure(
                        ExitCode.DEVICE_FULL,
                        "no memory for an object within " + LONGEST_WAIT.toSeconds() + " s of demotions under way");
            }
            store.setLong(handle, 0, handle);
            epochBytes += bytes;
            if (i % 16 == 0) {
                cold[coldCount++ % cold.length] = handle;
            }
        }
        if (epochBytes > plan.limitBytes() / EPOCH_PART) {
            long full = epoch;
            beginEpoch();
            var _ = store.closeEpoch(full, Disposition.DEMOTE);
            epochsDemoted++;
        }
    }

    private void demote() {
        store.demoteAll().join();
        epochsDemoted++;
    }

    /** Copies cold objects to segments of a domain, and walks over a part of an epoch. */
    private void readCold() {
        try (EpochDomain domain = store.openDomain()) {
            for (int segment = 0; segment < SEGMENTS; segment++) {
                MemorySegment copies = segmentOf(domain);
                for (int i = 0; i < BATCH / SEGMENTS; i++) {
                    long handle = cold[next(Math.min(coldCount, cold.length))];
                    // An epoch that a full device has dropped is stale.
                    if (store.read(handle, copies) >= 0 && copies.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) != handle) {
                        throw wrong(handle, "holds another one's bytes");
                    }
                    coldReads++;
                }
            }
            // while the domain has its segments
            var _ = sampleIfDue(Phase.COLD_READS);
        }
        List<EpochInfo> epochs = store.epochs();
        EpochWalk walk = store.walk(epochs.get(next(epochs.size())).epoch());
        objectsWalked += walk.next(BATCH, (_, _) -> {});
    }

    /** A large segment, or where hot objects leave no memory for one, the objects that are in the way are freed. */
    private MemorySegment segmentOf(EpochDomain domain) {
        while (true) {
            try {
                return domain.allocate(SEGMENT_BYTES);
            } catch (ArenaFullException e) {
                refusals++;
                for (int i = 0; i < 4 * SEGMENT_BYTES / plan.sizes().smallest() && live > 0; i++) {
                    var _ = store.free(objects[--live]);
                }
                if (live == 0) {
                    throw e;
                }
            }
        }
    }

    private static CommandFailure wrong(long handle, String what) {
        return new CommandFailure(ExitCode.WRONG_ANSWER, "object 0x%x %s".formatted(handle, what));
    }

    @Override
    public void close() {
        store.close();
    }
}
