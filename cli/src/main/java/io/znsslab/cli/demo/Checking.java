package io.znsslab.cli.demo;

import io.znsslab.cli.demo.EpochPlan.ObjectFate;
import io.znsslab.cli.demo.live.Activity;
import io.znsslab.cli.demo.live.EpochPlace;
import io.znsslab.cli.demo.live.Operation;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks the allocator about every handle that it ever issued. A live one must give its object's bytes; one that was
 * freed or whose epoch was discarded must be stale in every way there is to ask. Used by one thread.
 *
 * <p>A cold epoch is asked in three steps: some of its handles while it is cold; then all its live objects are
 * resolved, which brings its slabs back to DRAM, each with one read of the device for all objects in it, and all
 * handles are asked; then it is sent to the device again. Where DRAM has no room for the epoch, all are asked while it
 * is cold, several threads at a time.
 */
final class Checking {
    private static final int SHOWN_COMPLAINTS = 5;

    /** Handles of a cold epoch that are asked while it is cold: about this many, spread evenly. */
    private static final int SAMPLES = 16;

    /** Promotions waited for at a time; below the depth to which the tier reads by default. */
    private static final int PROMOTING_AT_A_TIME = 64;

    /** Threads that ask for objects where they are: about as many reads are under way then. */
    private static final int ASKING_THREADS = 8;

    /** Handles that one of them asks after one another, of some hundred slabs. */
    private static final int ASKED_BY_A_THREAD = 512;

    private static final int ASKED_AT_A_TIME = ASKING_THREADS * ASKED_BY_A_THREAD;

    /** How much of the limit may be used for that, by estimate. */
    private static final double MOST_OF_LIMIT = 0.9;

    private final SlabAllocator allocator;
    private final EpochPlan plan;
    private final ObjectSource source;
    private final LongLog handles;
    private final List<FilledEpoch> epochs;
    private final int largestPayload;
    private final byte[] bytes;
    private final ExecutorService asking = Executors.newFixedThreadPool(
            ASKING_THREADS, Thread.ofPlatform().daemon().name("checking-", 0).factory());
    private final Activity activity;
    private final long limitBytes;
    private final long openSlabBytes;
    private final List<String> complaints = new ArrayList<>();
    private TierShare resident = TierShare.NONE;
    private TierShare cold = TierShare.NONE;
    private long stale;
    private long promoted;
    private long wrong;
    private long lateFreesResident;
    private long lateFreesCold;

    Checking(SlabAllocator allocator, EpochPlan plan, ObjectSource source, Filling filled, Activity activity) {
        this.allocator = allocator;
        this.plan = plan;
        this.source = source;
        this.handles = filled.handles();
        this.epochs = filled.epochs();
        this.wrong = filled.failedFrees();
        this.largestPayload = allocator.largestPayloadBytes();
        this.bytes = new byte[largestPayload];
        this.activity = activity;
        this.limitBytes = allocator.arenaUsage().limitBytes();
        this.openSlabBytes = epochs.stream()
                .filter(FilledEpoch::isOpen)
                .mapToLong(FilledEpoch::slabBytes)
                .sum();
    }

    /** Live objects of one tier, and their bytes. */
    record TierShare(long objects, long bytes) {
        static final TierShare NONE = new TierShare(0, 0);

        TierShare plus(long moreBytes) {
            return new TierShare(objects + 1, bytes + moreBytes);
        }
    }

    /**
     * What was found.
     *
     * @param resident live objects in DRAM
     * @param cold live objects on the device
     * @param stale handles that had to be stale
     * @param promoted cold objects that were brought to DRAM to be compared
     * @param wrong answers that were not as they must be
     * @param complaints the first of them, in words
     */
    record Result(TierShare resident, TierShare cold, long stale, long promoted, long wrong, List<String> complaints) {}

    /** What was found so far. */
    Result result() {
        return new Result(resident, cold, stale, promoted, wrong, List.copyOf(complaints));
    }

    /** Objects that were freed in DRAM after their epoch was full. */
    long lateFreesResident() {
        return lateFreesResident;
    }

    /** Objects that were freed on the device. */
    long lateFreesCold() {
        return lateFreesCold;
    }

    /** Frees what the plan has freed late, in whichever tier it is by now. */
    void freeLate() {
        for (FilledEpoch epoch : epochs) {
            for (long issue = epoch.firstIssue(); !epoch.isDiscarded() && issue < epoch.endIssue(); issue++) {
                if (plan.objectFate(issue) == ObjectFate.FREED_LATE) {
                    if (!allocator.free(handles.get(issue))) {
                        complain(issue, "is live, but free() reported it as stale");
                    }
                    lateFreesResident += epoch.isOpen() ? 1 : 0;
                    lateFreesCold += epoch.isOpen() ? 0 : 1;
                    activity.report("freeing, handles:", issue, handles.size());
                }
            }
        }
    }

    /** Asks about every handle. */
    void check() {
        List<CompletableFuture<?>> goingBack = new ArrayList<>();
        for (FilledEpoch epoch : epochs) {
            if (epoch.state() == FilledEpoch.State.COLD && hasRoomFor(epoch)) {
                Map<Long, byte[]> samples = sample(epoch);
                activity.epoch(epoch.ordinal(), EpochPlace.PROMOTED);
                checkByPromoting(epoch, samples);
                checkStale(epoch);
                goingBack.add(sendBack(epoch));
            } else {
                checkInPlace(epoch);
            }
        }
        goingBack.forEach(CompletableFuture::join);
        asking.shutdown();
    }

    private CompletableFuture<?> sendBack(FilledEpoch epoch) {
        activity.epoch(epoch.ordinal(), EpochPlace.MOVING);
        return allocator
                .closeEpoch(epoch.number(), Disposition.DEMOTE)
                .thenRun(() -> activity.epoch(epoch.ordinal(), EpochPlace.COLD));
    }

    /** Whether it fits into DRAM beside the open epochs and another one that is on its way back to the device. */
    private boolean hasRoomFor(FilledEpoch epoch) {
        return openSlabBytes + 2 * epoch.slabBytes() < limitBytes * MOST_OF_LIMIT;
    }

    private boolean isLive(FilledEpoch epoch, long issue) {
        return !epoch.isDiscarded() && plan.objectFate(issue) == ObjectFate.KEPT;
    }

    private void checkStale(FilledEpoch epoch) {
        for (long issue = epoch.firstIssue(); issue < epoch.endIssue(); issue++) {
            if (!isLive(epoch, issue)) {
                stale++;
                checkStale(issue);
            }
        }
        activity.report("checking handles:", epoch.endIssue(), handles.size());
    }

    private void checkStale(long issue) {
        long handle = handles.get(issue);
        if (allocator.resolve(handle) != null) {
            complain(issue, "must be stale, but resolves");
        }
        if (allocator.tierOf(handle) != null) {
            complain(issue, "must be stale, but has a tier");
        }
        if (allocator.free(handle)) {
            complain(issue, "must be stale, but could be freed again");
        }
    }

    /**
     * Asks every handle where the epoch is. Neighbours share a slab, which the tier reads once for all of them and
     * keeps at hand for a while; several threads ask so that several slabs are read at a time.
     */
    private void checkInPlace(FilledEpoch epoch) {
        for (long first = epoch.firstIssue(); first < epoch.endIssue(); first += ASKED_AT_A_TIME) {
            long end = Math.min(epoch.endIssue(), first + ASKED_AT_A_TIME);
            List<Future<List<Answer>>> answers = new ArrayList<>();
            for (long from = first; from < end; from += ASKED_BY_A_THREAD) {
                long begin = from;
                answers.add(asking.submit(() -> ask(epoch, begin, Math.min(end, begin + ASKED_BY_A_THREAD))));
            }
            for (Future<List<Answer>> some : answers) {
                judge(epoch, some);
            }
            activity.report("checking handles:", end, handles.size());
        }
    }

    /** What a live handle gave, or that the handle of this issue must be stale. */
    private record Answer(long issue, boolean live, Tier tier, MemorySegment payload) {}

    private List<Answer> ask(FilledEpoch epoch, long begin, long end) {
        List<Answer> answers = new ArrayList<>();
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment copy = memory.allocate(largestPayload);
            for (long issue = begin; issue < end; issue++) {
                long handle = handles.get(issue);
                boolean live = isLive(epoch, issue);
                int length = live ? read(epoch, handle, copy) : -1;
                MemorySegment payload = length < 0 ? null : MemorySegment.ofArray(bytesOf(copy, length));
                answers.add(new Answer(issue, live, live ? allocator.tierOf(handle) : null, payload));
            }
        }
        return answers;
    }

    private int read(FilledEpoch epoch, long handle, MemorySegment copy) {
        long started = System.nanoTime();
        int length = allocator.read(handle, copy);
        if (!epoch.isOpen()) {
            activity.ended(Operation.READ, started);
        }
        return length;
    }

    private static byte[] bytesOf(MemorySegment payload, int length) {
        return payload.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private void judge(FilledEpoch epoch, Future<List<Answer>> answers) {
        for (Answer answer : resultOf(answers)) {
            if (answer.live()) {
                boolean right = isItsTier(epoch, answer.issue(), answer.tier());
                compare(epoch, answer.issue(), right ? answer.payload() : null);
            } else {
                stale++;
                checkStale(answer.issue());
            }
        }
    }

    private static <T> T resultOf(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("asking for handles failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.UNEXPECTED, "interrupted while handles were checked", e);
        }
    }

    /**
     * Asks some of the epoch's handles while it is cold; gives the payloads of the live ones, read without promoting
     * them.
     */
    private Map<Long, byte[]> sample(FilledEpoch epoch) {
        Map<Long, byte[]> samples = new HashMap<>();
        long step = Math.max(1, (epoch.endIssue() - epoch.firstIssue()) / SAMPLES);
        for (long issue = epoch.firstIssue(); issue < epoch.endIssue(); issue += step) {
            if (isLive(epoch, issue)) {
                byte[] payload = read(epoch, issue);
                if (payload != null) {
                    samples.put(issue, payload);
                }
            } else {
                checkStale(issue);
            }
        }
        return samples;
    }

    private boolean isItsTier(FilledEpoch epoch, long issue, Tier tier) {
        Tier expected = epoch.isOpen() ? Tier.RESIDENT : Tier.COLD;
        if (tier != expected) {
            complain(issue, "must be " + expected + " and is " + (tier == null ? "stale" : tier));
        }
        return tier == expected;
    }

    /** The object's payload, copied from the tier in which it has to be; null after a complaint. */
    private byte[] read(FilledEpoch epoch, long issue) {
        long handle = handles.get(issue);
        if (!isItsTier(epoch, issue, allocator.tierOf(handle))) {
            return null;
        }
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment copy = memory.allocate(largestPayload);
            int length = read(epoch, handle, copy);
            if (length < 0) {
                complain(issue, "is live, but read() reported it as stale");
                return null;
            }
            return bytesOf(copy, length);
        }
    }

    private void checkByPromoting(FilledEpoch epoch, Map<Long, byte[]> samples) {
        Deque<Promotion> underWay = new ArrayDeque<>();
        for (long issue = epoch.firstIssue(); issue < epoch.endIssue(); issue++) {
            if (isLive(epoch, issue)) {
                if (underWay.size() == PROMOTING_AT_A_TIME) {
                    finish(epoch, underWay.remove(), samples);
                }
                underWay.add(promotion(issue));
                activity.report("checking handles:", issue, handles.size());
            }
        }
        underWay.forEach(promotion -> finish(epoch, promotion, samples));
    }

    private Promotion promotion(long issue) {
        long started = System.nanoTime();
        CompletableFuture<MemorySegment> payload = allocator.resolveAsync(handles.get(issue));
        if (payload.isDone()) {
            return new Promotion(issue, payload); // another object of its slab has brought it to DRAM
        }
        return new Promotion(issue, payload.thenApply(resolved -> {
            activity.ended(Operation.PROMOTE, started);
            return resolved;
        }));
    }

    private record Promotion(long issue, CompletableFuture<MemorySegment> payload) {}

    private void finish(FilledEpoch epoch, Promotion promotion, Map<Long, byte[]> samples) {
        long issue = promotion.issue();
        MemorySegment payload = promotion.payload().join();
        compare(epoch, issue, payload);
        promoted++;
        if (payload == null) {
            return;
        }
        if (allocator.tierOf(handles.get(issue)) != Tier.RESIDENT) {
            complain(issue, "was resolved, but is not resident afterwards");
        }
        byte[] sample = samples.get(issue);
        if (sample != null && payload.mismatch(MemorySegment.ofArray(sample)) != -1) {
            complain(issue, "has other bytes in DRAM than were read from the device");
        }
    }

    /** Compares the object with what was stored, and counts it to its tier. */
    private void compare(FilledEpoch epoch, long issue, MemorySegment payload) {
        int length = payload == null ? -1 : StoredObject.read(payload, bytes);
        if (payload == null) {
            complain(issue, "is live, but gave nothing");
        } else if (length < 0 || !source.matches(issue, bytes, length)) {
            complain(issue, "gave other bytes than were stored");
        }
        if (epoch.isOpen()) {
            resident = resident.plus(Math.max(0, length));
        } else {
            cold = cold.plus(Math.max(0, length));
        }
    }

    private void complain(long issue, String what) {
        wrong++;
        if (complaints.size() < SHOWN_COMPLAINTS) {
            complaints.add("handle 0x" + Long.toHexString(handles.get(issue)) + " (issue " + issue + ") " + what);
        }
    }
}
