package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.GracePeriod;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** Opening and closing of epochs, as {@link SlabAllocator} offers them. Thread-safe. */
final class Epochs {
    /** A closing that waits for the last exit. */
    private record Waiting(long epoch, Disposition disposition, CompletableFuture<EpochClosing> done) {}

    private final Internals internals;
    private final ColdSide cold;
    private final AtomicLong current = new AtomicLong();
    private final AtomicLong newest = new AtomicLong();
    private final ReentrantLock advancing = new ReentrantLock();
    private final ReentrantLock closedLife = new ReentrantLock();
    private final EpochPins pins;
    private final AtomicReferenceArray<Waiting> waiting;
    // by place in the ring; written under the lock before the gate opens
    private final String[] labels;
    private final long[] openedMillis;
    private final LongAdder epochsClosed = new LongAdder();
    private final LongAdder drainedAtClose = new LongAdder();
    private final LongAdder slabsReturned = new LongAdder();
    private final LongAdder bytesReturned = new LongAdder();

    Epochs(Internals internals, ColdSide cold) {
        this.internals = internals;
        this.cold = cold;
        this.pins = new EpochPins(internals.gate.epochCount());
        this.waiting = new AtomicReferenceArray<>(internals.gate.epochCount());
        this.labels = new String[internals.gate.epochCount()];
        this.openedMillis = new long[internals.gate.epochCount()];
        open(0, "");
    }

    long current() {
        return current.get();
    }

    long advance(String label) {
        advancing.lock();
        try {
            long next = newest.get() + 1;
            for (int tries = 0; !open(next, label); tries++) {
                internals.readers.checkOpen();
                refuseIfHeld(next);
                // one that is being closed this moment makes room by itself
                GracePeriod.pause(tries);
            }
            newest.set(next);
            current.set(next);
            return next;
        } finally {
            advancing.unlock();
        }
    }

    private boolean open(long epoch, String label) {
        int ringIndex = internals.gate.ringIndex(epoch);
        if (internals.gate.openEpoch(ringIndex) != EpochGate.SHUT || !pins.begin(ringIndex, epoch)) {
            return false;
        }
        labels[ringIndex] = label;
        openedMillis[ringIndex] = System.currentTimeMillis();
        return internals.gate.open(epoch);
    }

    private void refuseIfHeld(long wanted) {
        int ringIndex = internals.gate.ringIndex(wanted);
        long open = internals.gate.openEpoch(ringIndex);
        Waiting closing = waiting.get(ringIndex);
        if (open >= 0 || closing != null) {
            throw new EpochOpenException(open >= 0 ? open : closing.epoch, wanted, internals.gate.epochCount());
        }
    }

    /** Opens the next epoch whose place in the ring is free, past those of long-lived epochs; somebody is inside from the start. */
    long openEntered() {
        advancing.lock();
        try {
            long next = newest.get() + 1;
            for (int tries = 0; !open(next, ""); tries++) {
                internals.readers.checkOpen();
                if (tries >= internals.gate.epochCount()) {
                    refuseIfHeld(next);
                }
                next++;
            }
            pins.enter(internals.gate.ringIndex(next), next);
            newest.set(next);
            return next;
        } finally {
            advancing.unlock();
        }
    }

    /** Enters an open epoch: it is not closed before {@link #exit}; false if it is not open. */
    boolean enter(long epoch) {
        if (!pins.enter(internals.gate.ringIndex(epoch), epoch)) {
            return false;
        }
        if (internals.gate.isOpen(epoch)) {
            return true;
        }
        exit(epoch);
        return false;
    }

    /** Leaves an epoch, and closes it if that was waiting. */
    void exit(long epoch) {
        int ringIndex = internals.gate.ringIndex(epoch);
        if (pins.exit(ringIndex)) {
            finish(waiting.getAndSet(ringIndex, null));
        }
    }

    private void finish(Waiting closing) {
        try {
            var _ = closeShut(closing.epoch, closing.disposition).whenComplete((result, failure) -> {
                if (failure == null) {
                    closing.done.complete(result);
                } else {
                    closing.done.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            closing.done.completeExceptionally(e);
        }
    }

    /** Entries of all epochs together. */
    long entries() {
        long sum = 0;
        for (int ringIndex = 0; ringIndex < internals.gate.epochCount(); ringIndex++) {
            sum += pins.entries(ringIndex);
        }
        return sum;
    }

    CompletableFuture<EpochClosing> close(long epoch, Disposition disposition) {
        internals.readers.checkOpen();
        if (epoch < 0 || epoch > newest.get()) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(epoch, newest.get()));
        }
        if (disposition == Disposition.DEMOTE && cold == null) {
            throw new IllegalStateException(
                    "epoch %d can't be demoted: the allocator has no cold tier; give one to its builder"
                            .formatted(epoch));
        }
        if (internals.readers.isWithinCallback()) {
            throw new IllegalStateException(
                    "epoch %d can't be closed within a read callback, which closing waits for".formatted(epoch));
        }
        if (!internals.gate.shut(epoch)) {
            return closeAgain(epoch, disposition);
        }
        int ringIndex = internals.gate.ringIndex(epoch);
        Waiting closing = new Waiting(epoch, disposition, new CompletableFuture<>());
        waiting.set(ringIndex, closing);
        if (!pins.waitForExit(ringIndex)) {
            // another closing of the epoch may have found this one meanwhile, and wait for its answer
            waiting.set(ringIndex, null);
            finish(closing);
        }
        return closing.done;
    }

    /** Closes an epoch whose gate is shut and that nobody is inside of. */
    private CompletableFuture<EpochClosing> closeShut(long epoch, Disposition disposition) {
        Thread thread = Thread.currentThread();
        epochsClosed.increment();
        if (disposition == Disposition.DISCARD) {
            drainedAtClose.increment();
            return done(epoch, disposition, internals.closer.discard(internals.stripes.own(thread), epoch));
        }
        int ringIndex = internals.gate.ringIndex(epoch);
        EpochCloser.Closed sealing =
                internals.closer.seal(internals.stripes.own(thread), epoch, labels[ringIndex], openedMillis[ringIndex]);
        if (internals.closedEpochs.get(epoch) == null) {
            drainedAtClose.increment();
        }
        return disposition == Disposition.DEMOTE ? demote(epoch, sealing) : done(epoch, disposition, sealing);
    }

    private CompletableFuture<EpochClosing> demote(long epoch, EpochCloser.Closed before) {
        ClosedEpoch closed = internals.closedEpochs.hold(epoch);
        if (closed == null) {
            return done(epoch, Disposition.DEMOTE, before);
        }
        CompletableFuture<Demotion.Result> demoting;
        try {
            demoting = cold.demote(closed);
        } catch (RuntimeException e) {
            demoting = CompletableFuture.failedFuture(e);
        }
        return demoting.whenComplete((_, _) -> internals.closedEpochs.release(closed))
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

    /** The epoch was closed before; it may still have slabs. */
    private CompletableFuture<EpochClosing> closeAgain(long epoch, Disposition disposition) {
        int ringIndex = internals.gate.ringIndex(epoch);
        for (int tries = 0; internals.gate.openEpoch(ringIndex) == EpochGate.CLOSING; tries++) {
            internals.readers.checkOpen();
            Waiting closing = waiting.get(ringIndex);
            if (closing != null && closing.epoch == epoch) {
                // both get their way, one after the other
                return closing.disposition == disposition
                        ? closing.done
                        : closing.done.handle((_, _) -> epoch).thenCompose(closed -> close(closed, disposition));
            }
            if (closing != null) {
                // a later epoch waits there for its visitors
                break;
            }
            GracePeriod.pause(tries);
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
        EpochCloser.Closed nothing = new EpochCloser.Closed(0, 0, 0);
        if (disposition == Disposition.RECLAIM) {
            return done(epoch, disposition, nothing);
        }
        ClosedEpoch closed = internals.closedEpochs.hold(epoch);
        if (closed == null) {
            return done(epoch, disposition, nothing);
        }
        try {
            return disposition == Disposition.DEMOTE
                    ? demote(epoch, new EpochCloser.Closed(closed.slabs(), 0, 0))
                    : done(epoch, disposition, new ClosedDiscard(internals, cold).discard(closed));
        } finally {
            internals.closedEpochs.release(closed);
        }
    }

    private CompletableFuture<EpochClosing> done(long epoch, Disposition disposition, EpochCloser.Closed closed) {
        return CompletableFuture.completedFuture(counted(new EpochClosing(
                epoch, disposition, closed.slabs(), closed.slabsReturned(), closed.bytesReturned(), 0)));
    }

    private EpochClosing counted(EpochClosing closing) {
        slabsReturned.add(closing.slabsReturned());
        bytesReturned.add(closing.bytesReturned());
        return closing;
    }

    EpochTotals totals() {
        return new EpochTotals(epochsClosed.sum(), drainedAtClose.sum(), slabsReturned.sum(), bytesReturned.sum());
    }

    EpochInfo info(long epoch) {
        if (epoch < 0 || epoch > newest.get()) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(epoch, newest.get()));
        }
        int ringIndex = internals.gate.ringIndex(epoch);
        ClosedEpoch closed = internals.closedEpochs.get(epoch);
        EpochInspector inspector = new EpochInspector(internals, epoch);
        if (closed != null) {
            return inspector.info(
                    closed.label(), EpochInfo.State.CLOSED, Instant.ofEpochMilli(closed.openedMillis()), 0);
        }
        Waiting closing = waiting.get(ringIndex);
        boolean open = internals.gate.isOpen(epoch);
        if (open || (closing != null && closing.epoch == epoch)) {
            return inspector.info(
                    labels[ringIndex],
                    open ? EpochInfo.State.OPEN : EpochInfo.State.CLOSED,
                    Instant.ofEpochMilli(openedMillis[ringIndex]),
                    pins.entries(ringIndex));
        }
        return inspector.info("", EpochInfo.State.DRAINED, Instant.EPOCH, 0);
    }

    List<EpochInfo> undrained() {
        return internals.closedEpochs.all().stream()
                .map(closed -> info(closed.number()))
                .filter(info -> info.state() == EpochInfo.State.CLOSED)
                .toList();
    }
}
