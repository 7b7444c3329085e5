package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochCloser;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Opening and closing of epochs, as {@link SlabAllocator} offers them. Thread-safe. */
final class Epochs {
    private static final long CLOSING = -2;

    private final Internals internals;
    private final ColdSide cold;
    private final AtomicLong current = new AtomicLong();
    private final ReentrantLock advancing = new ReentrantLock();
    private final ReentrantLock closedLife = new ReentrantLock();

    Epochs(Internals internals, ColdSide cold) {
        this.internals = internals;
        this.cold = cold;
        internals.gate.open(0);
    }

    long current() {
        return current.get();
    }

    long advance() {
        advancing.lock();
        try {
            long next = current.get() + 1;
            while (!internals.gate.open(next)) {
                internals.readers.checkOpen();
                long open = internals.gate.openEpoch(internals.gate.ringIndex(next));
                if (open >= 0) {
                    throw new EpochOpenException(open, next, internals.gate.epochCount());
                }
                // one that is being closed this moment makes room by itself
                Thread.onSpinWait();
            }
            current.set(next);
            return next;
        } finally {
            advancing.unlock();
        }
    }

    CompletableFuture<EpochClosing> close(long epoch, Disposition disposition) {
        internals.readers.checkOpen();
        if (epoch < 0 || epoch > current.get()) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(epoch, current.get()));
        }
        if (disposition == Disposition.DEMOTE && cold == null) {
            throw new IllegalStateException(
                    "epoch %d can't be demoted: the allocator has no cold tier; give one to its builder"
                            .formatted(epoch));
        }
        Thread thread = Thread.currentThread();
        if (internals.readers.isWithin(thread)) {
            throw new IllegalStateException(
                    "epoch %d can't be closed within a read callback, which closing waits for".formatted(epoch));
        }
        if (!internals.gate.shut(epoch)) {
            return closeAgain(epoch, disposition);
        }
        if (disposition == Disposition.DISCARD) {
            return done(epoch, disposition, internals.closer.discard(internals.stripes.own(thread), epoch));
        }
        EpochCloser.Closed sealing = internals.closer.seal(internals.stripes.own(thread), epoch, "");
        ClosedEpoch closed = internals.closedEpochs.get(epoch);
        if (disposition == Disposition.RECLAIM || closed == null) {
            return done(epoch, disposition, sealing);
        }
        return cold.demote(closed)
                .thenApply(demotion -> new EpochClosing(
                        epoch,
                        disposition,
                        sealing.slabs(),
                        sealing.slabsReturned() + demotion.slabs(),
                        sealing.bytesReturned() + demotion.bytesReturned(),
                        demotion.slabs()));
    }

    /** The epoch was closed before; it may still have slabs. */
    private CompletableFuture<EpochClosing> closeAgain(long epoch, Disposition disposition) {
        while (internals.gate.openEpoch(internals.gate.ringIndex(epoch)) == CLOSING) {
            internals.readers.checkOpen();
            Thread.onSpinWait();
        }
        closedLife.lock();
        try {
            internals.readers.checkOpen();
            return closeAgainHeld(epoch, disposition);
        } finally {
            closedLife.unlock();
        }
    }

    /** Ends every activity, when nobody works on a closed epoch. */
    void shutDown() {
        closedLife.lock();
        try {
            internals.shutDown();
        } finally {
            closedLife.unlock();
        }
    }

    private CompletableFuture<EpochClosing> closeAgainHeld(long epoch, Disposition disposition) {
        ClosedEpoch closed = internals.closedEpochs.get(epoch);
        if (closed == null || disposition == Disposition.RECLAIM) {
            return done(epoch, disposition, new EpochCloser.Closed(0, 0, 0));
        }
        if (disposition == Disposition.DEMOTE) {
            return cold.demote(closed)
                    .thenApply(demotion -> new EpochClosing(
                            epoch,
                            disposition,
                            demotion.slabs(),
                            demotion.slabs(),
                            demotion.bytesReturned(),
                            demotion.slabs()));
        }
        return done(epoch, disposition, new ClosedDiscard(internals, cold).discard(closed));
    }

    private static CompletableFuture<EpochClosing> done(
            long epoch, Disposition disposition, EpochCloser.Closed closed) {
        return CompletableFuture.completedFuture(new EpochClosing(
                epoch, disposition, closed.slabs(), closed.slabsReturned(), closed.bytesReturned(), 0));
    }
}
