package io.znsslab.cli.bench.soak;

import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZonedDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Threads that use both tiers and judge every answer, and a store that is closed and reopened under them. */
final class SoakBench {
    private static final int METADATA_ZONES = 4;
    private static final long READ_CACHE_BYTES = 1 << 20;
    private static final int STEPS = 500;
    private static final int SAMPLES = 200;
    private static final int MOST_EPOCHS = 1024;
    private static final int MOST_CHECKS = 50;
    private static final long QUIET_MILLIS = 20;

    /**
     * What is done.
     *
     * @param time in all
     * @param restartEvery time between two openings of the store
     * @param threads that work at a time
     * @param memoryBytes of DRAM for objects
     * @param seed of everything random
     */
    record Plan(Duration time, Duration restartEvery, int threads, long memoryBytes, long seed) {}

    private final Plan plan;
    private final StoreSettings settings;
    private final BenchDevice device;
    private final Progress progress;
    private final WrongAnswers wrong = new WrongAnswers();
    private final List<SoakWorker> workers;
    private final List<SoakReport.Sample> samples = new ArrayList<>();
    private ZnsTier tier;
    private SlabAllocator store;
    private long restarts;
    private long invariantChecks;
    private long writtenBytes;
    private long zoneResets;
    private long begun;
    private String description;

    SoakBench(Plan plan, StoreSettings settings, BenchDevice device, Progress progress) {
        this.plan = plan;
        this.settings = settings;
        this.device = device;
        this.progress = progress;
        long budget = budgetBytes() / plan.threads();
        workers = IntStream.range(0, plan.threads())
                .mapToObj(worker -> new SoakWorker(worker, plan.seed(), budget, wrong))
                .toList();
    }

    /** A third of the device, so that epochs die as fast as zones fill. */
    private long budgetBytes() {
        try (ZonedDevice opened = device.open()) {
            DeviceGeometry geometry = opened.geometry();
            description = opened.description();
            int zones = geometry.zoneCount() - geometry.conventionalZones() - METADATA_ZONES;
            return Math.max(1 << 20, zones * geometry.zoneCapacityBytes() / 3);
        }
    }

    SoakReport run() throws InterruptedException {
        open(true);
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.threads())) {
            begun = System.nanoTime();
            long length = plan.time().toNanos();
            long nextRestart = plan.restartEvery().toNanos();
            long passed;
            do {
                work(threads);
                passed = System.nanoTime() - begun;
                sample(passed, length);
                progress.report(
                        "soak, " + Figures.count(operations(), "operation") + ", " + Figures.count(restarts, "restart")
                                + ", " + wrong.count() + " wrong; seconds",
                        passed / 1_000_000_000L,
                        plan.time().toSeconds());
                if (passed >= nextRestart && passed < length) {
                    restart(threads);
                    workers.forEach(worker -> worker.moveTo(store));
                    nextRestart =
                            System.nanoTime() - begun + plan.restartEvery().toNanos();
                }
            } while (passed < length && wrong.count() == 0);
            restart(threads);
            return report(System.nanoTime() - begun);
        } finally {
            store.close();
        }
    }

    private void open(boolean anew) {
        ZonedDevice opened = device.open();
        try {
            tier = settings.open(settings.applyTo(ZnsTier.builder(opened).readCacheBytes(READ_CACHE_BYTES))
                    .force(anew));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        try {
            store = settings.build(settings.applyTo(SlabAllocator.builder())
                    .limitBytes(plan.memoryBytes())
                    .epochCount(MOST_EPOCHS)
                    .coldTier(tier));
        } catch (RuntimeException e) {
            tier.close();
            throw e;
        }
        // The workers open epochs of their own; this one would stay open while the ring goes round.
        store.closeEpoch(store.currentEpoch(), Disposition.RECLAIM).join();
        if (anew) {
            workers.forEach(worker -> worker.moveTo(store));
        }
    }

    private void work(ExecutorService threads) throws InterruptedException {
        together(
                threads,
                workers.stream()
                        .<Runnable>map(worker -> () -> worker.work(STEPS))
                        .toList());
    }

    private static void together(ExecutorService threads, List<Runnable> tasks) throws InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        tasks.forEach(task -> running.add(threads.submit(task)));
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Closes the store with all on the device, opens it again, and reads everything. */
    private void restart(ExecutorService threads) throws InterruptedException {
        together(
                threads,
                workers.stream().<Runnable>map(worker -> worker::prepareToClose).toList());
        store.sync().join();
        checkInvariants();
        TierStatistics statistics = tier.statistics();
        writtenBytes += statistics.bytesWritten();
        zoneResets += statistics.zones().resets();
        store.close();
        open(false);
        restarts++;
        together(
                threads,
                workers.stream()
                        .<Runnable>map(worker -> () -> worker.verifyAll(store))
                        .toList());
        checkInvariants();
    }

    /**
     * The caller has no call under way, but the tier's collector may be moving slabs, which looks wrong for a moment:
     * what stays wrong is.
     */
    private void checkInvariants() throws InterruptedException {
        invariantChecks++;
        for (int tries = 0; ; tries++) {
            try {
                store.checkInvariants();
                return;
            } catch (IllegalStateException e) {
                if (tries == MOST_CHECKS) {
                    wrong.add("invariants: " + e.getMessage());
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
            }
        }
    }

    private void sample(long passed, long length) {
        if (passed >= length / SAMPLES * samples.size()) {
            samples.add(new SoakReport.Sample(
                    passed / 1e9,
                    operations(),
                    store.arenaUsage().rssBytes(),
                    SlabAllocator.processRssBytes(),
                    tier.statistics().zones().inUse()));
        }
    }

    private long operations() {
        return workers.stream().mapToLong(worker -> worker.counts().total()).sum();
    }

    private SoakReport report(long nanos) {
        progress.clear();
        return new SoakReport(
                device.chosen(),
                description,
                plan.seed(),
                plan.threads(),
                nanos / 1e9,
                workers.stream().map(SoakWorker::counts).reduce(SoakCounts.NONE, SoakCounts::plus),
                restarts,
                invariantChecks,
                writtenBytes,
                zoneResets,
                wrong.count(),
                wrong.first(),
                List.copyOf(samples));
    }
}
