package io.znsslab.cli.bench.churn;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.contestant.Shuffle;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces random objects of one epoch over and over, looks at the memory again and again, and then closes the epoch.
 */
final class ChurnBench {
    private static final int LEAST_SAMPLES = 10;
    private static final int MOST_SAMPLES = 100;
    /** Looking at the memory of the process takes as long as this many cycles, or longer. */
    private static final long CYCLES_OF_A_SAMPLE = 200_000;

    private static final int BATCH = 1_000;
    /** Leaves room for slabs that are partly empty. */
    private static final int LIMIT_FACTOR = 4;

    private static final long LEAST_LIMIT_BYTES = 64L << 20;

    /**
     * What is measured.
     *
     * @param cycles objects to replace
     * @param live objects that live at a time
     * @param sizes of the objects, each time a random one
     * @param seed of sizes and places
     */
    record Plan(long cycles, int live, ObjectSizes sizes, long seed) {}

    private final Plan plan;
    private final Progress progress;
    private final SlabAllocator allocator;
    private final long epoch;
    private final int[] sizes;
    private final long[] objects;
    private final long processBeforeBytes;
    private final List<ChurnReport.Sample> samples = new ArrayList<>();
    private int random;

    private ChurnBench(Plan plan, Progress progress, SlabAllocator allocator) {
        this.plan = plan;
        this.progress = progress;
        this.allocator = allocator;
        epoch = allocator.advanceEpoch("churn");
        // More sizes than objects, so that a place gets objects of other sizes.
        sizes = plan.sizes().sequence(Math.max(2 * plan.live(), 1 << 16), plan.seed());
        objects = new long[plan.live()];
        random = (int) plan.seed() | 1;
        processBeforeBytes = SlabAllocator.processRssBytes();
    }

    static ChurnReport run(Plan plan, Progress progress) {
        long limit = LEAST_LIMIT_BYTES
                + LIMIT_FACTOR * (long) plan.live() * (plan.sizes().largest() + 64);
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(limit).build()) {
            return new ChurnBench(plan, progress, allocator).run();
        }
    }

    private ChurnReport run() {
        for (int place = 0; place < objects.length; place++) {
            fill(place, place);
        }
        long nanos = 0;
        long done = 0;
        sample(0);
        long looks = Math.clamp(plan.cycles() / CYCLES_OF_A_SAMPLE, LEAST_SAMPLES, MOST_SAMPLES);
        while (done < plan.cycles()) {
            long until = Math.max(done + 1, plan.cycles() * samples.size() / looks);
            long begun = System.nanoTime();
            while (done < until) {
                int count = (int) Math.min(BATCH, until - done);
                replace(done, count);
                done += count;
                progress.report("churn: cycles", done, plan.cycles());
            }
            nanos += System.nanoTime() - begun;
            sample(done);
        }
        allocator.checkInvariants();
        long closing = System.nanoTime();
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        long closeNanos = System.nanoTime() - closing;
        progress.clear();
        return ChurnReport.of(
                plan,
                nanos,
                closeNanos,
                new ChurnReport.ProcessMemory(
                        processBeforeBytes,
                        samples.stream()
                                .mapToLong(ChurnReport.Sample::processBytes)
                                .max()
                                .orElseThrow(),
                        SlabAllocator.processRssBytes()),
                allocator.arenaUsage().rssBytes(),
                samples);
    }

    private void sample(long cycles) {
        samples.add(new ChurnReport.Sample(cycles, allocator.arenaUsage().rssBytes(), SlabAllocator.processRssBytes()));
    }

    private void replace(long firstCycle, int count) {
        for (int i = 0; i < count; i++) {
            random = Shuffle.next(random);
            int place = Shuffle.below(random, objects.length);
            long handle = objects[place];
            if (allocator.getLong(handle, 0) != place) {
                throw new CommandFailure(
                        ExitCode.WRONG_ANSWER,
                        "object 0x%x holds another one's bytes after %,d cycles".formatted(handle, firstCycle + i));
            }
            if (!allocator.free(handle)) {
                throw new CommandFailure(
                        ExitCode.WRONG_ANSWER, "object 0x%x was live, and its free reports stale".formatted(handle));
            }
            fill(place, firstCycle + i);
        }
    }

    private void fill(int place, long cycle) {
        int bytes = sizes[(int) ((cycle + place) % sizes.length)];
        long handle = allocator.allocate(bytes, epoch);
        if (!Handle.isHandle(handle)) {
            throw new CommandFailure(
                    ExitCode.DEVICE_FULL,
                    "no memory for an object of " + bytes + " bytes within " + allocator.limitBytes()
                            + " bytes: churn fragments the arena");
        }
        allocator.setLong(handle, 0, place);
        objects[place] = handle;
    }
}
