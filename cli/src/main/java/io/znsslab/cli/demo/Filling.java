package io.znsslab.cli.demo;

import io.znsslab.cli.demo.EpochPlan.EpochFate;
import io.znsslab.cli.demo.EpochPlan.ObjectFate;
import io.znsslab.cli.demo.live.Activity;
import io.znsslab.cli.demo.live.EpochPlace;
import io.znsslab.cli.demo.live.Operation;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Fills epochs with the objects of a source, frees some of them, and closes epochs as the plan says. DRAM that runs out
 * is no end: the oldest open epoch closes early then, and an epoch that fills DRAM by itself is continued in another.
 * Used by one thread.
 */
final class Filling {
    /**
     * Objects that are to be freed early are freed in lots, so that the slots are taken again by others of the same
     * epoch.
     */
    private static final int FREE_EVERY = 256;

    /** The label of each epoch that the demo fills: so it knows a store of its own making. */
    static final String LABEL = "zns-slab demo";

    /** Epochs whose demotion is waited for at a time: enough to keep the device busy. */
    private static final int CLOSING_AT_A_TIME = 4;

    private final SlabAllocator allocator;
    private final EpochPlan plan;
    private final ObjectSource source;
    private final Activity activity;
    private final LongLog handles = new LongLog();
    private final List<FilledEpoch> epochs = new ArrayList<>();
    private FilledEpoch current;
    private long freedUpTo;
    private long freedEarly;
    private long failedFrees;
    private long bytes;

    Filling(SlabAllocator allocator, EpochPlan plan, ObjectSource source, Activity activity) {
        this.allocator = allocator;
        this.plan = plan;
        this.source = source;
        this.activity = activity;
    }

    /** Every handle ever issued, in the order of issue. */
    LongLog handles() {
        return handles;
    }

    /** The epochs that were filled, in the order of filling. */
    List<FilledEpoch> epochs() {
        return epochs;
    }

    /** Objects freed while their epoch was filled. */
    long freedEarly() {
        return freedEarly;
    }

    /** Frees that reported a live object as stale: an error. */
    long failedFrees() {
        return failedFrees;
    }

    /** Bytes of all objects ever stored, without the length that the demo adds. */
    long bytes() {
        return bytes;
    }

    /** Number of filled epochs in that state. */
    long epochsIn(FilledEpoch.State state) {
        return epochs.stream().filter(epoch -> epoch.state() == state).count();
    }

    /** Handles that were issued in epochs that are discarded by now. */
    long discarded() {
        return epochs.stream()
                .filter(FilledEpoch::isDiscarded)
                .mapToLong(epoch -> epoch.endIssue() - epoch.firstIssue())
                .sum();
    }

    /** Fills all epochs of the plan. */
    void fill() {
        for (long ordinal = 0; ordinal < plan.epochs(); ordinal++) {
            EpochFate fate = plan.epochFate(ordinal);
            source.beginEpoch(fate == EpochFate.DISCARDED, ordinal == plan.epochs() - 1);
            begin(fate);
            fillCurrent();
            freeEarly();
        }
        activity.epoch(current.ordinal(), EpochPlace.HOT);
    }

    /** Closes every open epoch that the plan does not keep hot, and waits until all that is durable. */
    void closeWhatIsNotHot() {
        Deque<CompletableFuture<?>> closing = new ArrayDeque<>();
        long done = 0;
        for (FilledEpoch epoch : epochs) {
            if (epoch.isOpen() && epoch.fate() != EpochFate.HOT) {
                if (closing.size() == CLOSING_AT_A_TIME) {
                    closing.remove().join();
                }
                closing.add(close(epoch));
                activity.report("closing epochs:", ++done, plan.epochs() - plan.hotEpochs());
            }
        }
        closing.forEach(CompletableFuture::join);
    }

    private void begin(EpochFate fate) {
        if (epochs.isEmpty()) {
            // The one that is open from the start has no label.
            allocator.closeEpoch(allocator.currentEpoch(), Disposition.DISCARD).join();
        } else if (current.isOpen()) {
            activity.epoch(current.ordinal(), EpochPlace.HOT);
        }
        current = new FilledEpoch(epochs.size(), allocator.advanceEpoch(LABEL), fate, handles.size());
        epochs.add(current);
        activity.epoch(current.ordinal(), EpochPlace.FILLING);
    }

    private void fillCurrent() {
        int length = 0;
        boolean again = false;
        while (true) {
            long issue = handles.size();
            if (!again) {
                length = source.next(issue);
                if (length == ObjectSource.END_OF_EPOCH) {
                    return;
                }
            }
            store(length);
            // An epoch that is discarded as a whole offers its objects again as a whole.
            again = source.mustSurvive()
                    && current.fate() != EpochFate.DISCARDED
                    && plan.objectFate(issue) != ObjectFate.KEPT;
            if (handles.size() - freedUpTo >= FREE_EVERY) {
                freeEarly();
                activity.report("filling, " + source.unit() + ":", source.taken(), source.total());
            }
        }
    }

    private void store(int length) {
        long started = System.nanoTime();
        long handle = allocator.allocate(StoredObject.payloadBytes(length), current.number());
        while (!Handle.isHandle(handle)) {
            makeRoom(handle, length);
            started = System.nanoTime();
            handle = allocator.allocate(StoredObject.payloadBytes(length), current.number());
        }
        MemorySegment payload = allocator.resolve(handle);
        if (payload == null) {
            throw new CommandFailure(
                    ExitCode.WRONG_ANSWER,
                    "the handle " + Long.toHexString(handle) + " was stale as soon as it was issued");
        }
        StoredObject.write(payload, source.bytes(), source.offset(), length);
        activity.stored(length, System.nanoTime() - started);
        handles.add(handle);
        current.issued(handles.size(), length);
        bytes += length;
    }

    private void makeRoom(long refusal, int length) {
        if (refusal != Handle.ARENA_FULL) {
            throw new CommandFailure(
                    ExitCode.UNEXPECTED,
                    "allocating " + length + " bytes in epoch " + current.number() + " gave " + refusal
                            + ", which is no handle");
        }
        for (FilledEpoch epoch : epochs) {
            if (epoch.isOpen() && epoch != current) {
                close(epoch).join();
                return;
            }
        }
        if (current.firstIssue() == current.endIssue()) {
            throw new CommandFailure(ExitCode.DEVICE_FULL, "the arena has no room for a single object: raise --memory");
        }
        freeEarly();
        close(current).join();
        begin(current.fate());
    }

    private CompletableFuture<?> close(FilledEpoch epoch) {
        Disposition disposition = epoch.fate() == EpochFate.DISCARDED ? Disposition.DISCARD : Disposition.DEMOTE;
        epoch.closed();
        if (disposition == Disposition.DISCARD) {
            activity.epoch(epoch.ordinal(), EpochPlace.DISCARDED);
            return allocator.closeEpoch(epoch.number(), disposition);
        }
        activity.epoch(epoch.ordinal(), EpochPlace.MOVING);
        long started = System.nanoTime();
        return allocator.closeEpoch(epoch.number(), disposition).thenRun(() -> {
            activity.ended(Operation.DEMOTE, started);
            activity.epoch(epoch.ordinal(), EpochPlace.COLD);
        });
    }

    private void freeEarly() {
        if (current.fate() != EpochFate.DISCARDED) {
            for (long issue = Math.max(freedUpTo, current.firstIssue()); issue < handles.size(); issue++) {
                if (plan.objectFate(issue) == ObjectFate.FREED_EARLY) {
                    freedEarly++;
                    failedFrees += allocator.free(handles.get(issue)) ? 0 : 1;
                }
            }
        }
        freedUpTo = handles.size();
    }
}
