package io.znsslab.core;

import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Closings of epochs whose gates are shut, which wait for the last thread inside: at most one for each place of the
 * ring. Thread-safe.
 *
 * <p>A closing stands at its place before the pins note that a closing waits. So the last thread that leaves finds it
 * there.
 */
final class ClosingsAtExit {
    /** A way to close an epoch. */
    interface Closing {
        CompletableFuture<EpochClosing> close(long epoch, Disposition disposition);
    }

    /**
     * A closing that waits for the last exit.
     *
     * @param isWanted whether the caller that began the closing gets the future
     * @param wasFound whether another closing of the epoch has got the future, or is about to
     */
    private record Waiting(
            long epoch,
            Disposition disposition,
            boolean isWanted,
            AtomicBoolean wasFound,
            CompletableFuture<EpochClosing> done) {}

    private final SlabStore store;
    private final EpochPins pins;
    private final EnteredDomains domains;
    private final Admission admission;
    /** Closes an epoch whose gate is shut and which no thread is inside of. */
    private final Closing closing;

    // by place in the ring
    /** Null where no closing waits. */
    private final AtomicReferenceArray<@Nullable Waiting> waiting;
    /** Null where no outcome was asked for before the closing. */
    private final AtomicReferenceArray<@Nullable CompletableFuture<EpochClosing>> promised;

    ClosingsAtExit(SlabStore store, EpochPins pins, EnteredDomains domains, Admission admission, Closing closing) {
        this.store = store;
        this.pins = pins;
        this.domains = domains;
        this.admission = admission;
        this.closing = closing;
        this.waiting = new AtomicReferenceArray<>(store.gate.epochCount());
        this.promised = new AtomicReferenceArray<>(store.gate.epochCount());
    }

    /** Closes an epoch whose gate the caller has shut, or leaves that to the last exit. */
    CompletableFuture<EpochClosing> close(long epoch, Disposition disposition, boolean isWanted) {
        int ringIndex = store.gate.ringIndex(epoch);
        Waiting begun = new Waiting(
                epoch,
                disposition,
                isWanted,
                new AtomicBoolean(),
                new LastExitFuture<>(epoch, () -> domains.isCallerInside(ringIndex, epoch)));
        waiting.set(ringIndex, begun);
        if (pins.waitForExit(ringIndex)) {
            if (admission.isRevoked()) {
                // of the two, one sees the other
                abandon(ringIndex);
            }
            return begun.done;
        }
        waiting.set(ringIndex, null);
        CompletableFuture<EpochClosing> closed = carryOut(begun);
        if (begun.wasFound.get()) {
            store.completions.forward(closed, begun.done);
        }
        return closed;
    }

    /** Leaves the epoch at a place, and closes it if that was waiting. */
    void exit(int ringIndex) {
        if (pins.exit(ringIndex)) {
            finish(waiting.getAndSet(ringIndex, null));
        }
    }

    /**
     * Carries out a closing that waited for the last exit. Its continuations, which may do anything, run on another
     * thread than the one that exits.
     */
    private void finish(Waiting ended) {
        CompletableFuture<EpochClosing> closed = carryOut(ended);
        if (ended.isWanted || ended.wasFound.get()) {
            store.completions.forward(closed, ended.done);
        }
    }

    private CompletableFuture<EpochClosing> carryOut(Waiting ended) {
        CompletableFuture<EpochClosing> promise = promised.getAndSet(store.gate.ringIndex(ended.epoch), null);
        CompletableFuture<EpochClosing> closed;
        try {
            closed = closing.close(ended.epoch, ended.disposition);
        } catch (Throwable e) {
            closed = CompletableFuture.failedFuture(e);
        }
        if (promise != null) {
            store.completions.forward(closed, promise);
        }
        return closed;
    }

    /**
     * The outcome of the closing of an epoch, however and whenever it is closed. For a caller that is inside, so that
     * it has not happened.
     */
    CompletableFuture<EpochClosing> promise(long epoch) {
        int ringIndex = store.gate.ringIndex(epoch);
        CompletableFuture<EpochClosing> promise =
                new LastExitFuture<>(epoch, () -> domains.isCallerInside(ringIndex, epoch));
        CompletableFuture<EpochClosing> earlier = promised.compareAndExchange(ringIndex, null, promise);
        return earlier == null ? promise : earlier;
    }

    /** Fails what was promised of closings that will not happen, of an allocator that has ended. */
    void abandonPromises() {
        for (int ringIndex = 0; ringIndex < promised.length(); ringIndex++) {
            CompletableFuture<EpochClosing> promise = promised.getAndSet(ringIndex, null);
            if (promise != null) {
                store.completions.forward(
                        CompletableFuture.failedFuture(new IllegalStateException(
                                "the epoch was not closed: the allocator was, with the epoch open")),
                        promise);
            }
        }
    }

    /** The epoch whose closing waits at a place; -1 for none. */
    long epochAt(int ringIndex) {
        Waiting found = waiting.get(ringIndex);
        return found == null ? -1 : found.epoch;
    }

    /**
     * Joins a closing of the epoch that waits: both get their way, one after the other.
     *
     * @param again closes the epoch again, once it is closed in the other way
     * @return null if no closing of that epoch waits any more
     */
    @SuppressWarnings("ReferenceEquality") // another closing of the same epoch is not meant
    @Nullable
    CompletableFuture<EpochClosing> join(long epoch, Disposition disposition, Closing again) {
        int ringIndex = store.gate.ringIndex(epoch);
        Waiting found = waiting.get(ringIndex);
        if (found == null || found.epoch != epoch) {
            return null;
        }
        found.wasFound.set(true);
        // The closer takes it from its place before it looks whether the future is wanted.
        if (waiting.get(ringIndex) != found) {
            return null;
        }
        return found.disposition == disposition
                ? found.done
                : found.done.handle((_, _) -> epoch).thenCompose(closed -> again.close(closed, disposition));
    }

    /** Fails all closings that wait, of an allocator that is closed by force. */
    void abandonAll() {
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            abandon(ringIndex);
        }
    }

    private void abandon(int ringIndex) {
        if (pins.cancelWait(ringIndex)) {
            Waiting abandoned = waiting.getAndSet(ringIndex, null);
            store.gate.vacate(abandoned.epoch);
            store.completions.forward(
                    CompletableFuture.failedFuture(new IllegalStateException(
                            ("the closing of epoch %d has not happened: the allocator was closed by force before "
                                            + "the last exit")
                                    .formatted(abandoned.epoch))),
                    abandoned.done);
        }
    }
}
