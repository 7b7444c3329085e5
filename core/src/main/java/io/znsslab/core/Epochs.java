package io.znsslab.core;

import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.statistics.EpochStatistics;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ColdObjects;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Has epochs entered, left and closed; {@link EpochOpener} opens them, {@link ClosingsAtExit} has the closings that
 * wait for threads inside, {@link EpochCensus} what is known of each. Each place of the ring has an owner at any time:
 * the gate says whether an epoch is open there ({@link EpochGate}), the pins how many threads are inside
 * ({@link EpochPins}). Thread-safe.
 */
final class Epochs {
    private final SlabStore store;
    private final @Nullable ColdObjects cold;
    private final EpochPins pins;
    private final ClosingsAtExit atExit;
    private final Admission admission;

    private final EnteredDomains domains;
    private final EpochNumbers numbers;
    private final EpochNotes notes;
    private final EpochCensus census;
    private final EpochClosings closings;
    /** Where what domains get from the C heap is counted, and bounded. */
    MemoryBesideSlabs memoryBesideSlabs() {
        return store.arena.besideSlabs();
    }

    /** What domains got from the C heap so far, in bytes. */
    private final LongAdder heapBytes = new LongAdder();

    private final EpochOptions ofDomains;
    private final EpochExpiry expiry;
    private final OpenEpochReports reports;
    private final EpochOpener opener;

    private Epochs(SlabStore store, @Nullable ColdObjects cold, EpochOptions ofDomains) {
        this.ofDomains = ofDomains;
        this.store = store;
        this.cold = cold;
        this.closings = new EpochClosings(store, cold);
        this.pins = new EpochPins(store.gate.epochCount());
        this.admission = new Admission(store.gate, pins);
        this.domains = new EnteredDomains(store.looks, pins, store.gate);
        this.atExit = new ClosingsAtExit(store, pins, domains, admission, this::closeShut);
        this.numbers = new EpochNumbers(store, cold);
        this.notes = new EpochNotes(store.gate.epochCount(), store.traceOpenings);
        this.census = new EpochCensus(store, pins, atExit, notes);
        this.expiry = new EpochExpiry(
                store.ends,
                epoch -> close(epoch, Disposition.DISCARD),
                census::isDrained,
                cold == null ? _ -> {} : cold::epochChanged);
        this.reports = new OpenEpochReports(census::open, store.reportOpenLongerThan);
        this.opener = new EpochOpener(store, this, pins, numbers, notes, ofDomains);
    }

    /**
     * Epochs of which the first is open. May wait for the device, which makes its number durable. From here on those
     * end whose time is over.
     */
    static Epochs begin(SlabStore store, @Nullable ColdObjects cold, EpochOptions ofDomains, EpochOptions ofFirst) {
        Epochs epochs = new Epochs(store, cold, ofDomains);
        epochs.opener.openFirst(ofFirst);
        epochs.expiry.takeUp();
        epochs.startReports();
        return epochs;
    }

    private void startReports() {
        try {
            reports.start();
        } catch (Throwable e) {
            expiry.close();
            throw e;
        }
    }

    /** Reports what is open before the allocator is closed, and begins nothing more by itself. */
    void stop() {
        reports.lookAtClosing();
        expiry.stop();
    }

    /** Ends the threads, after what they do now. */
    void close() {
        reports.close();
        expiry.close();
    }

    /** What opens epochs. */
    EpochOpener opener() {
        return opener;
    }

    /** What discards epochs whose time is over. */
    EpochExpiry expiry() {
        return expiry;
    }

    /** The owner of a confined domain is about to leave it for good. */
    void noteLeft(long epoch) {
        pins.endConfined(ringIndex(epoch), epoch);
    }

    /** The place in the ring of the epoch of that number. */
    int ringIndex(long epoch) {
        return store.gate.ringIndex(epoch);
    }

    /** Whether objects of the epoch go to packed slabs, given whether a domain opens it. */
    boolean isPacked(long epoch, boolean openedByDomain) {
        return openedByDomain ? ofDomains.packed() : store.gate.lopIsPacked(ringIndex(epoch));
    }

    ClosingsAtExit atExit() {
        return atExit;
    }

    EnteredDomains domains() {
        return domains;
    }

    /**
     * The last exit of the thread that opened the epoch, and its discard.
     *
     * @return false if it can't be done here: another thread closes the epoch, or this one has no stripe of its own
     */
    boolean exitAndDiscard(long epoch) {
        Stripe own = store.stripes.own(Thread.currentThread());
        if (own == null || !store.gate.shut(epoch)) {
            return false;
        }
        if (!pins.exitAlone(store.gate.ringIndex(epoch), epoch)) {
            noteLeft(epoch);
            try {
                var _ = atExit.close(epoch, Disposition.DISCARD, false);
            } finally {
                exit(epoch);
            }
        } else if (!store.retained.discard(own, epoch)) {
            var _ = closeShut(epoch, Disposition.DISCARD);
        }
        return true;
    }

    /** Enters an open epoch: it is not closed before {@link #exit}; false if it is not open. */
    boolean enter(long epoch) {
        StackReserve.forEntry();
        if (!pins.enter(store.gate.ringIndex(epoch), epoch)) {
            return false;
        }
        if (store.gate.laIsOpen(epoch)) {
            confirmEntry(epoch);
            return true;
        }
        exit(epoch);
        return false;
    }

    /** Leaves an epoch, and closes it if that was waiting. */
    void exit(long epoch) {
        atExit.exit(store.gate.ringIndex(epoch));
    }

    /** Closes an epoch without waiting for threads that are inside: their domains are exited here. */
    CompletableFuture<EpochClosing> closeNow(long epoch, Disposition disposition) {
        requirePossible(disposition);
        store.readers.checkOpen();
        requireOpenedOnce(epoch);
        int ringIndex = store.gate.ringIndex(epoch);
        domains.requireRevocable(ringIndex, epoch);
        CompletableFuture<EpochClosing> closing = close(epoch, disposition);
        if (domains.revokeConfined(ringIndex, epoch)) {
            exit(epoch);
        }
        domains.revokeShared(epoch);
        return closing;
    }

    /**
     * Lets no thread enter an epoch any more, and fails what waits for last exits.
     *
     * @return false if entries were refused before
     */
    boolean revokeEntries() {
        if (!admission.revoke()) {
            return false;
        }
        atExit.abandonAll();
        return true;
    }

    /**
     * Lets no thread enter an epoch any more, unless one is inside.
     *
     * @return false if entries were refused before
     * @throws IllegalStateException if an epoch is entered; then all is as before
     */
    boolean refuseEntries() {
        return admission.refuse();
    }

    /** Whether the allocator was closed by force. */
    boolean areRevoked() {
        return admission.isRevoked();
    }

    /** As {@link #confirmEntry}, for the entry with which an epoch opens. */
    void confirmFirstEntry(long epoch) {
        boolean confirmed = false;
        try {
            confirmEntry(epoch);
            confirmed = true;
        } finally {
            if (!confirmed) {
                noteLeft(epoch);
            }
        }
    }

    /**
     * After an entry was counted: takes it back if the allocator is being closed. Either the closing saw the count, and
     * is off, or this sees the closing.
     */
    private void confirmEntry(long epoch) {
        if (!admission.admit(store.gate.ringIndex(epoch))) {
            exit(epoch);
            throw new IllegalStateException("epoch %d can't be entered: the allocator is closed".formatted(epoch));
        }
    }

    /** Demotes all epochs that no thread is inside of, and what has changed of those that are on the tier. */
    CompletableFuture<List<EpochClosing>> demoteAll() {
        requirePossible(Disposition.DEMOTE);
        store.readers.checkOpen();
        List<CompletableFuture<EpochClosing>> closings = store.operations.call(census::demotable).stream()
                .map(epoch -> close(epoch, Disposition.DEMOTE))
                .toList();
        // Each is waited for, also if an earlier one has failed.
        return store.completions.handOut(CompletableFuture.allOf(closings.toArray(CompletableFuture[]::new))
                .thenApply(_ -> closings.stream()
                        .map(CompletableFuture::join)
                        .filter(closing -> closing.slabs() > 0)
                        .toList()));
    }

    /** @throws IllegalStateException if an epoch is entered */
    void requireNoneEntered() {
        admission.requireNoneEntered();
    }

    CompletableFuture<EpochClosing> close(long epoch, Disposition disposition) {
        StackReserve.forLongPath();
        return closeAtExit(epoch, disposition);
    }

    /** The same for a thread that has made sure of its stack, and leaves whatever happens here. */
    CompletableFuture<EpochClosing> closeAtExit(long epoch, Disposition disposition) {
        requirePossible(disposition);
        store.readers.checkOpen();
        requireOpenedOnce(epoch);
        return store.gate.shut(epoch) ? atExit.close(epoch, disposition, true) : closeAgain(epoch, disposition);
    }

    /** Checks a disposition, before anything is done. */
    void requirePossible(Disposition disposition) {
        requirePossible(disposition, "disposition");
    }

    /** The same for an argument of that name. */
    void requirePossible(Disposition disposition, String name) {
        Arguments.requireNonNull(disposition, name);
        if (disposition == Disposition.DEMOTE && cold == null) {
            throw new IllegalStateException(
                    "no epoch can be demoted: the allocator has no cold tier; give one to its builder");
        }
    }

    void requireOpenedOnce(long epoch) {
        numbers.requireOpenedOnce(epoch);
    }

    /** Closes an epoch whose gate is shut and which no thread is inside of. */
    private CompletableFuture<EpochClosing> closeShut(long epoch, Disposition disposition) {
        if (disposition == Disposition.DISCARD) {
            return closings.discard(epoch);
        }
        int ringIndex = store.gate.ringIndex(epoch);
        return closings.seal(
                epoch, disposition, notes.label(ringIndex), notes.openedMillis(ringIndex), notes.lifetime(ringIndex));
    }

    /** The epoch was closed before; it may still have slabs. */
    private CompletableFuture<EpochClosing> closeAgain(long epoch, Disposition disposition) {
        int ringIndex = store.gate.ringIndex(epoch);
        for (int tries = 0; store.gate.lvOpenEpoch(ringIndex) == EpochGate.CLOSING; tries++) {
            store.readers.checkOpen();
            long waiting = atExit.epochAt(ringIndex);
            var joined = waiting == epoch ? atExit.join(epoch, disposition, this::close) : null;
            if (joined != null) {
                return joined;
            }
            if (waiting >= 0 && waiting != epoch) {
                // a later epoch waits there for its last exit
                break;
            }
            Backoff.pause(tries);
        }
        if (store.gate.lvOpenEpoch(ringIndex) == epoch) {
            // The other closing found no room on the heap, and left the epoch open.
            return close(epoch, disposition);
        }
        return closings.closeClosed(epoch, disposition);
    }

    /** Notes what a domain got from the C heap. */
    void noteHeapBytes(long bytes) {
        heapBytes.add(bytes);
    }

    /** What domains got from the C heap so far, in bytes. */
    long heapBytes() {
        store.readers.checkOpen();
        return heapBytes.sum();
    }

    EpochStatistics statistics() {
        store.readers.checkOpen();
        return closings.statistics();
    }

    EpochInfo info(long epoch) {
        requireOpenedOnce(epoch);
        return census.info(epoch);
    }

    /** Which epochs there are. */
    EpochCensus census() {
        return census;
    }
}
