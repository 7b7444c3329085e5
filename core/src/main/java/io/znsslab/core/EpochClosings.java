package io.znsslab.core;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.core.statistics.EpochStatistics;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ClosedEpochDiscard;
import io.znsslab.core.tiering.ColdObjects;
import io.znsslab.core.tiering.EpochDemotion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What closing does to an epoch's slabs, once no thread is inside the epoch and none gets in: discards, seals and
 * demotes them, and counts what that brought. Thread-safe; the first closing of an epoch is for the thread that shut
 * its gate.
 */
final class EpochClosings {
    private static final EpochCloser.Closed NOTHING = new EpochCloser.Closed(0, 0, 0);

    private final SlabStore store;
    private final @Nullable ColdObjects cold;
    private final LongAdder epochsClosed = new LongAdder();
    private final LongAdder drainedAtClose = new LongAdder();
    private final LongAdder slabsReturned = new LongAdder();
    private final LongAdder bytesReturned = new LongAdder();

    /** @param cold null without a cold tier */
    EpochClosings(SlabStore store, @Nullable ColdObjects cold) {
        this.store = store;
        this.cold = cold;
    }

    /** Discards an epoch whose gate is shut. */
    CompletableFuture<EpochClosing> discard(long epoch) {
        EpochCloser.Closed discarded = store.closer.discard(store.stripes.own(Thread.currentThread()), epoch);
        epochsClosed.increment();
        drainedAtClose.increment();
        return done(epoch, Disposition.DISCARD, discarded);
    }

    /** Seals an epoch whose gate is shut, and demotes it if that is its disposition. */
    CompletableFuture<EpochClosing> seal(
            long epoch, Disposition disposition, String label, long openedMillis, Lifetime lifetime) {
        EpochCloser.Closed sealing = store.closer.seal(
                store.stripes.own(Thread.currentThread()), epoch, label, openedMillis, lifetime.code());
        epochsClosed.increment();
        if (store.closedEpochs.get(epoch) == null) {
            drainedAtClose.increment();
        }
        return disposition == Disposition.DEMOTE ? demote(epoch, sealing) : done(epoch, disposition, sealing);
    }

    /** Closes an epoch another time, which is closed and may still have slabs. */
    CompletableFuture<EpochClosing> closeClosed(long epoch, Disposition disposition) {
        return switch (disposition) {
            case RECLAIM -> done(epoch, disposition, NOTHING);
            case DISCARD -> done(epoch, disposition, store.operations.call(() -> discardClosed(epoch)));
            case DEMOTE -> {
                store.readers.checkOpen();
                ClosedEpoch closed = store.closedEpochs.get(epoch);
                yield demote(epoch, closed == null ? NOTHING : new EpochCloser.Closed(closed.slabs(), 0, 0));
            }
        };
    }

    private CompletableFuture<EpochClosing> demote(long epoch, EpochCloser.Closed before) {
        ClosedEpoch closed;
        try {
            closed = store.operations.call(() -> store.closedEpochs.hold(epoch));
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (closed == null) {
            return done(epoch, Disposition.DEMOTE, before);
        }
        CompletableFuture<EpochDemotion.Result> demoting;
        try {
            demoting = requireNonNull(cold).demote(closed);
        } catch (Throwable e) {
            demoting = CompletableFuture.failedFuture(e);
        }
        return demoting.whenComplete((_, _) -> store.operations.tryRun(() -> store.closedEpochs.release(closed)))
                .thenApply(demotion -> {
                    EpochClosing closing = new EpochClosing(
                            closed.number(),
                            Disposition.DEMOTE,
                            before.slabs(),
                            before.slabsReturned() + demotion.slabs(),
                            before.bytesReturned() + demotion.bytesReturned(),
                            demotion.slabs());
                    return counted(closing);
                });
    }

    private EpochCloser.Closed discardClosed(long epoch) {
        ClosedEpoch closed = store.closedEpochs.hold(epoch);
        if (closed == null) {
            return NOTHING;
        }
        try {
            return new ClosedEpochDiscard(store).discard(closed);
        } finally {
            store.closedEpochs.release(closed);
        }
    }

    private CompletableFuture<EpochClosing> done(long epoch, Disposition disposition, EpochCloser.Closed closed) {
        return CompletableFuture.completedFuture(counted(new EpochClosing(
                epoch, disposition, closed.slabs(), closed.slabsReturned(), closed.bytesReturned(), 0)));
    }

    private EpochClosing counted(EpochClosing closing) {
        slabsReturned.add(closing.slabsReturned());
        bytesReturned.add(closing.bytesReturned());
        ClosedEpoch undrained = store.closedEpochs.get(closing.epoch());
        if (undrained != null) {
            undrained.noteReturned(closing.bytesReturned());
        }
        StoreEvents.epochClosed(
                closing.epoch(),
                closing.disposition().name(),
                closing.slabs(),
                closing.slabsReturned(),
                closing.bytesReturned(),
                closing.slabsDemoted());
        return closing;
    }

    /** What closings did, those of threads that discarded their own epochs in place included. */
    EpochStatistics statistics() {
        long retained = 0;
        long parkedSlabs = 0;
        long parkedBytes = 0;
        for (int index = 0; index < store.stripes.ownedCount(); index++) {
            retained += store.stripes.get(index).epochsParked();
            parkedSlabs += store.stripes.get(index).slabsParked();
            parkedBytes += store.stripes.get(index).bytesReturned();
        }
        return new EpochStatistics(
                epochsClosed.sum() + retained,
                drainedAtClose.sum() + retained,
                slabsReturned.sum() + parkedSlabs,
                bytesReturned.sum() + parkedBytes);
    }
}
