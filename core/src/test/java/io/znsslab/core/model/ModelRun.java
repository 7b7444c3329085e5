package io.znsslab.core.model;

import io.znsslab.core.Disposition;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One run of the model: several threads perform random operations on one allocator, in phases. Between phases no thread
 * works, and every handle ever issued and the allocator's invariants are checked. At the end everything is freed or
 * discarded, and no slab may be left.
 *
 * <p>{@code -Dmodel.operations=} is the number of operations of a thread in a phase. The seed determines each thread's
 * operations but not their interleaving, so a failing seed may need several tries.
 */
public final class ModelRun {
    private static final int PHASES = 4;
    private static final int OPERATIONS = Integer.getInteger("model.operations", 3000);
    private static final Duration LONGEST_PHASE = Duration.ofSeconds(60);

    private final Settings settings;
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator;
    private final Oracle oracle;
    private final Worker.Exchange exchange = new Worker.Exchange();
    private final Worker[] workers;
    private final SplittableRandom random;

    private ModelRun(Settings settings) {
        this.settings = settings;
        this.allocator = settings.open(tier);
        this.oracle = new Oracle(allocator);
        this.workers = new Worker[settings.threads()];
        for (int number = 0; number < workers.length; number++) {
            workers[number] = new Worker(oracle, exchange, settings, tier, number);
        }
        this.random = new SplittableRandom(settings.seed());
    }

    /**
     * Runs one seed.
     *
     * @throws AssertionError that names the seed, the settings and the broken rule
     */
    public static void of(long seed) {
        Settings settings = Settings.of(seed);
        ModelRun run = new ModelRun(settings);
        try {
            run.go();
            run.allocator.close();
        } catch (AssertionError | RuntimeException e) {
            // An allocator that is broken like this may be unable to close.
            run.tier.close();
            throw new AssertionError(settings + "; replay with -Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void go() {
        for (int phase = 0; phase < PHASES; phase++) {
            tier.failAfter(random.nextInt(3) == 0 ? random.nextInt(20) : Integer.MAX_VALUE);
            work();
            oracle.checkAll(random.nextBoolean());
        }
        end();
    }

    private void work() {
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < workers.length; number++) {
            Worker worker = workers[number];
            Thread.Builder builder =
                    number < settings.platformThreads() ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            threads.add(builder.name("worker-" + number).start(() -> worker.work(OPERATIONS)));
        }
        try {
            for (Thread thread : threads) {
                requireEnd(thread);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while workers run", e);
        }
        if (oracle.failure() != null) {
            throw oracle.failure();
        }
        oracle.awaitClosings();
        if (oracle.failure() != null) {
            throw oracle.failure();
        }
    }

    private void requireEnd(Thread thread) throws InterruptedException {
        if (!thread.join(LONGEST_PHASE)) {
            AssertionError hangs =
                    new AssertionError("every operation comes to an end: " + thread.getName() + " hangs");
            hangs.setStackTrace(thread.getStackTrace());
            if (oracle.failure() != null) {
                hangs.addSuppressed(oracle.failure());
            }
            throw hangs;
        }
    }

    private void end() {
        for (Worker worker : workers) {
            worker.freeAll();
        }
        oracle.checkAll(false);
        for (ModelEpoch epoch : oracle.epochs) {
            boolean discard = random.nextBoolean();
            if (discard) {
                epoch.beginDiscard();
            }
            allocator
                    .closeEpoch(epoch.number, discard ? Disposition.DISCARD : Disposition.RECLAIM)
                    .join();
            epoch.discardDone |= discard;
        }
        oracle.checkAll(false);
        for (ModelEpoch epoch : oracle.epochs) {
            allocator.closeEpoch(epoch.number, Disposition.DISCARD).join();
        }
        Oracle.require(allocator.undrainedEpochs().isEmpty(), "discarded epochs drain", allocator.undrainedEpochs());
        Oracle.require(tier.imageCount() == 0, "discarded epochs leave nothing on the tier", tier.imageCount());
        if (settings.reclamation() == Reclamation.RETURN_TO_OS) {
            long hot = allocator.arenaUsage().hotBytes();
            Oracle.require(hot <= settings.hotBytes(), "no more stays hot than may", hot);
            var _ = allocator.trim();
            long rss = allocator.arenaUsage().rssBytes();
            long readLate = LateReads.residentBytesAtMost((long) PHASES * workers.length);
            Oracle.require(rss <= readLate, "discarded epochs leave nothing in memory", rss);
        }
        allocator.checkInvariants();
    }
}
