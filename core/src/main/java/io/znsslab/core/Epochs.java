package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.store.EpochInspector;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ClosedEpochDiscard;
import io.znsslab.core.tiering.ColdObjects;
import io.znsslab.core.tiering.EpochDemotion;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** Opening and closing of epochs, as {@link SlabAllocator} offers them. Thread-safe. */
final class Epochs {
    /** Whether epochs may be entered. */
    private enum Entry {
        OPEN,
        /** The closing of the allocator counts who is inside; who comes meanwhile waits for what it finds. */
        IN_QUESTION,
        REFUSED,
        /** Refused, and those who are inside are not waited for. */
        REVOKED
    }

    /**
     * A closing that waits for the last exit.
     *
     * @param isWanted whether the future is for whoever began the closing
     * @param wasFound whether another closing of the epoch has got the future, or is about to
     */
    private record Waiting(
            long epoch,
            Disposition disposition,
            boolean isWanted,
            AtomicBoolean wasFound,
            CompletableFuture<EpochClosing> done) {}

    private static final EpochCloser.Closed NOTHING = new EpochCloser.Closed(0, 0, 0);

    private final SlabStore store;
    private final ColdObjects cold;
    private final AtomicLong current = new AtomicLong();
    private final AtomicLong newest = new AtomicLong();
    private final ReentrantLock advancing = new ReentrantLock();
    private final AtomicReference<Entry> entry = new AtomicReference<>(Entry.OPEN);
    private final EpochPins pins;
    private final AtomicReferenceArray<Waiting> waiting;
    /** The thread that came in last, by place in the ring. Racy, for messages alone. */
    private final Thread[] entrants;

    // by place in the ring; written under the lock before the gate opens
    private final String[] labels;
    private final long[] openedMillis;
    private final Lifetime[] lifetimes;
    private final EnteredDomains domains;
    /** Epochs before it were opened by earlier runs. */
    private final long first;
    /** Epochs below may be opened. */
    private final AtomicLong reservedBelow;

    private final LongAdder epochsClosed = new LongAdder();
    private final LongAdder drainedAtClose = new LongAdder();
    private final LongAdder slabsReturned = new LongAdder();
    private final LongAdder bytesReturned = new LongAdder();

    Epochs(SlabStore store, ColdObjects cold) {
        this.store = store;
        this.cold = cold;
        this.pins = new EpochPins(store.gate.epochCount());
        this.waiting = new AtomicReferenceArray<>(store.gate.epochCount());
        this.entrants = new Thread[store.gate.epochCount()];
        this.labels = new String[store.gate.epochCount()];
        this.openedMillis = new long[store.gate.epochCount()];
        this.domains = new EnteredDomains(store.looks, pins, store.gate);
        this.lifetimes = new Lifetime[store.gate.epochCount()];
        this.first = store.firstEpoch;
        this.reservedBelow = new AtomicLong(cold == null ? Long.MAX_VALUE : first);
        newest.set(first);
        current.set(first);
        reserve(first);
        open(first, "", Lifetime.UNSTATED, EpochPins.NO_ENTRY, null);
    }

    long current() {
        return current.get();
    }

    long advance(String label, Lifetime lifetime) {
        while (true) {
            long next = advanceIfReserved(label, lifetime);
            if (next >= 0) {
                return next;
            }
            reserve(~next);
        }
    }

    /** The number of the epoch that is current now; or the complement of one that has to be reserved before. */
    private long advanceIfReserved(String label, Lifetime lifetime) {
        store.readers.checkOpen();
        StackReserve.forLongPath();
        advancing.lock();
        try {
            for (int tries = 0; ; tries++) {
                long wanted = nextNumber(newest.get() + 1);
                long next = wanted;
                for (int place = 0; place < store.gate.epochCount(); place++) {
                    if (next >= reservedBelow.get()) {
                        return ~next;
                    }
                    if (open(next, label, lifetime, EpochPins.NO_ENTRY, null)) {
                        newest.set(next);
                        current.set(next);
                        return next;
                    }
                    next = nextNumber(next + 1);
                }
                store.readers.checkOpen();
                refuseIfHeld(wanted);
                // one that is being closed this moment makes room by itself
                Backoff.pause(tries);
            }
        } finally {
            advancing.unlock();
        }
    }

    /**
     * The first number from {@code from} on that is later than all before it at its place of the ring, where a thread's
     * own domains run ahead.
     */
    private long nextNumber(long from) {
        int count = store.gate.epochCount();
        long lowest = Long.MAX_VALUE;
        for (long number = from; number < from + count; number++) {
            long last = store.gate.lopLastOpened(store.gate.ringIndex(number));
            if (last < number) {
                return number;
            }
            lowest = Math.min(lowest, last + count);
        }
        return lowest;
    }

    /** Before an epoch's number is seen by anybody. May wait for the device, so it is called with no lock held. */
    private void reserve(long epoch) {
        if (epoch >= reservedBelow.get()) {
            reservedBelow.accumulateAndGet(cold.reserveEpochs(epoch), Math::max);
        }
    }

    /** Opens the epoch, with that entry of {@link EpochPins}; false if its place is not free. */
    private boolean open(long epoch, String label, Lifetime lifetime, long entry, Thread owner) {
        int ringIndex = store.gate.ringIndex(epoch);
        if (EpochGate.isParked(store.gate.lvOpenEpoch(ringIndex))) {
            store.retained.evict(store.stripes.own(Thread.currentThread()), ringIndex);
        }
        // The place's last number is final only now: its owner may have gone on until it was evicted.
        if (store.gate.lvOpenEpoch(ringIndex) != EpochGate.SHUT
                || store.gate.lopLastOpened(ringIndex) >= epoch
                || !pins.begin(ringIndex, epoch, entry)) {
            return false;
        }
        domains.setOwner(ringIndex, owner);
        labels[ringIndex] = label;
        lifetimes[ringIndex] = lifetime;
        openedMillis[ringIndex] = System.currentTimeMillis();
        if (store.gate.open(epoch)) {
            return true;
        }
        // The allocator is being closed.
        if (entry != EpochPins.NO_ENTRY) {
            noteLeft(epoch);
            exit(epoch);
        }
        return false;
    }

    private void refuseIfHeld(long wanted) {
        int ringIndex = store.gate.ringIndex(wanted);
        long open = store.gate.lvOpenEpoch(ringIndex);
        Waiting closing = waiting.get(ringIndex);
        if (areRevoked()) {
            // places stay held by those who left after that
            throw new IllegalStateException("epoch %d can't be opened: the allocator is closed".formatted(wanted));
        }
        if (open >= 0 || closing != null) {
            throw new EpochOpenException(open >= 0 ? open : closing.epoch, wanted, store.gate.epochCount());
        }
    }

    /** The owner of a confined domain is about to leave it for good. */
    void noteLeft(long epoch) {
        pins.endConfined(ringIndex(epoch), epoch);
    }

    /** The place in the ring of the epoch of that number. */
    int ringIndex(long epoch) {
        return store.gate.ringIndex(epoch);
    }

    EnteredDomains domains() {
        return domains;
    }

    /**
     * A domain of the next epoch whose place in the ring is free, past those of long-lived epochs, which is opened and
     * counted as entered.
     *
     * @param owner the only thread that may use the domain; null for a shared one
     */
    EpochDomain openEntered(SlabAllocator allocator, Disposition atLastExit, Thread owner) {
        // More than the exit needs, in whatever code: so a thread that came in goes out at the same place.
        if (atLastExit == Disposition.DISCARD) {
            StackReserve.forEntryToDiscard();
        } else {
            StackReserve.forEntry();
        }
        Stripe own = store.stripes.own(Thread.currentThread());
        if (own != null && own.hasParked()) {
            long ended = own.takeParked();
            EpochDomain next = new EpochDomain(allocator, this, store.retained.successor(ended), atLastExit, owner);
            if (reopen(own, ended, next)) {
                return next;
            }
        }
        while (true) {
            EpochDomain next = openEnteredIfReserved(allocator, atLastExit, owner);
            if (next.isEntered()) {
                return next;
            }
            reserve(next.epoch());
        }
    }

    /** A domain of the epoch that was opened; or one not entered, of an epoch that has to be reserved before. */
    private EpochDomain openEnteredIfReserved(SlabAllocator allocator, Disposition atLastExit, Thread owner) {
        store.readers.checkOpen();
        advancing.lock();
        try {
            long next = nextNumber(newest.get() + 1);
            EpochDomain domain;
            for (int tries = 0; ; tries++) {
                domain = new EpochDomain(allocator, this, next, atLastExit, owner);
                if (next >= reservedBelow.get()) {
                    return domain;
                }
                if (open(next, "", Lifetime.UNSTATED, entryOf(owner), owner)) {
                    break;
                }
                store.readers.checkOpen();
                if (tries >= store.gate.epochCount()) {
                    refuseIfHeld(next);
                }
                next = nextNumber(next + 1);
            }
            newest.set(next);
            confirmFirstEntry(next);
            return domain.entered();
        } finally {
            advancing.unlock();
        }
    }

    private static long entryOf(Thread owner) {
        return owner == null ? EpochPins.SHARED_ENTRY : EpochPins.CONFINED_ENTRY;
    }

    /** Opens the domain's epoch at a place that the calling thread parked; false if another took it, or will. */
    private boolean reopen(Stripe own, long ended, EpochDomain domain) {
        int ringIndex = store.gate.ringIndex(ended);
        long next = domain.epoch();
        reserve(next);
        // fails also when the place had another epoch since
        if (!pins.reopen(ringIndex, ended, next, entryOf(domain.owner()))) {
            return false;
        }
        domains.setOwner(ringIndex, domain.owner());
        confirmFirstEntry(next);
        if (!labels[ringIndex].isEmpty()) {
            labels[ringIndex] = "";
        }
        openedMillis[ringIndex] = System.currentTimeMillis();
        if (!store.gate.reopen(next, own.index())) {
            noteLeft(next);
            exit(next);
            return false;
        }
        // not before: who evicts strikes the stripe off, and the number may be another epoch's then
        own.noteEnlisted(ringIndex, next);
        var _ = domain.entered();
        return true;
    }

    /**
     * The last exit of the thread that opened the epoch, and its discard.
     *
     * @return false if it can't be done here: somebody else closes the epoch, or the thread has no stripe of its own
     */
    boolean exitAndDiscard(long epoch) {
        Stripe own = store.stripes.own(Thread.currentThread());
        if (own == null || !store.gate.shut(epoch)) {
            return false;
        }
        if (!pins.exitAlone(store.gate.ringIndex(epoch), epoch)) {
            noteLeft(epoch);
            try {
                var _ = closeOnLastExit(epoch, Disposition.DISCARD, false);
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
        int ringIndex = store.gate.ringIndex(epoch);
        if (pins.exit(ringIndex)) {
            finish(waiting.getAndSet(ringIndex, null));
        }
    }

    /** Closes an epoch without waiting for those who are inside: their domains are exited here. */
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
     * Closes what waited for the last exit. Continuations of that run on another thread than the one that exits: they
     * may do anything.
     */
    private void finish(Waiting closing) {
        CompletableFuture<EpochClosing> closed = closeNow(closing);
        if (closing.isWanted || closing.wasFound.get()) {
            store.completions.forward(closed, closing.done);
        }
    }

    private CompletableFuture<EpochClosing> closeNow(Waiting closing) {
        try {
            return closeShut(closing.epoch, closing.disposition);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Lets no thread enter an epoch any more, unless one is inside.
     *
     * @return false if that was done before
     * @throws IllegalStateException if an epoch is entered; then all is as before
     */
    boolean refuseEntries() {
        if (!changeEntry(Entry.IN_QUESTION)) {
            return false;
        }
        long inside = entries();
        entry.set(inside == 0 ? Entry.REFUSED : Entry.OPEN);
        if (inside != 0) {
            throw new IllegalStateException(
                    "the allocator can't be closed: domains are entered %d times; leave them first%s"
                            .formatted(inside, describeEntries()));
        }
        return true;
    }

    /**
     * Lets no thread enter an epoch any more, and fails what waits for last exits.
     *
     * @return false if entries were refused before
     */
    boolean revokeEntries() {
        if (!changeEntry(Entry.REVOKED)) {
            return false;
        }
        for (int ringIndex = 0; ringIndex < entrants.length; ringIndex++) {
            abandonWaiting(ringIndex);
        }
        return true;
    }

    /** False if entries are refused already. */
    private boolean changeEntry(Entry to) {
        for (int tries = 0; !entry.compareAndSet(Entry.OPEN, to); tries++) {
            if (entry.get() == Entry.REFUSED || entry.get() == Entry.REVOKED) {
                return false;
            }
            Backoff.pause(tries);
        }
        return true;
    }

    /** Whether the allocator was closed by force. */
    boolean areRevoked() {
        return entry.get() == Entry.REVOKED;
    }

    /** Fails a closing that waits for a last exit, of an allocator that is closed by force. */
    private void abandonWaiting(int ringIndex) {
        if (pins.cancelWait(ringIndex)) {
            Waiting closing = waiting.getAndSet(ringIndex, null);
            store.gate.vacate(closing.epoch);
            store.completions.forward(
                    CompletableFuture.failedFuture(new IllegalStateException(
                            ("the closing of epoch %d has not happened: the allocator was closed by force before "
                                            + "the last exit")
                                    .formatted(closing.epoch))),
                    closing.done);
        }
    }

    /** Which epochs are entered, and which thread came into each last. */
    private String describeEntries() {
        StringBuilder description = new StringBuilder();
        for (int ringIndex = 0; ringIndex < entrants.length; ringIndex++) {
            Thread entrant = entrants[ringIndex];
            long entries = pins.entries(ringIndex);
            if (entries > 0 && entrant != null) {
                description.append("; epoch %d, %d times, last by thread \"%s\"%s"
                        .formatted(
                                store.gate.lopLastOpened(ringIndex),
                                entries,
                                entrant.getName(),
                                entrant.isAlive() ? "" : ", which has ended"));
            }
        }
        return description.toString();
    }

    /** The same of the entry with which an epoch opens, of whatever domain. */
    private void confirmFirstEntry(long epoch) {
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
        int ringIndex = ringIndex(epoch);
        Thread entrant = Thread.currentThread();
        if (entrants[ringIndex] != entrant) {
            entrants[ringIndex] = entrant;
        }
        for (int tries = 0; entry.get() == Entry.IN_QUESTION; tries++) {
            Backoff.pause(tries);
        }
        if (entry.get() != Entry.OPEN) {
            exit(epoch);
            throw new IllegalStateException("epoch %d can't be entered: the allocator is closed".formatted(epoch));
        }
    }

    /** Entries of all epochs together. */
    long entries() {
        long sum = 0;
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            sum += pins.entries(ringIndex);
        }
        return sum;
    }

    CompletableFuture<EpochClosing> close(long epoch, Disposition disposition) {
        StackReserve.forLongPath();
        return closeAtExit(epoch, disposition);
    }

    /** The same by a thread that has looked for stack already, and goes out whatever happens here. */
    CompletableFuture<EpochClosing> closeAtExit(long epoch, Disposition disposition) {
        requirePossible(disposition);
        store.readers.checkOpen();
        requireOpenedOnce(epoch);
        return store.gate.shut(epoch) ? closeOnLastExit(epoch, disposition, true) : closeAgain(epoch, disposition);
    }

    /** Before anything is done for an epoch that is to be closed that way. */
    void requirePossible(Disposition disposition) {
        requirePossible(disposition, "disposition");
    }

    /** The same of an argument of that name. */
    void requirePossible(Disposition disposition, String name) {
        Arguments.requireNonNull(disposition, name);
        if (disposition == Disposition.DEMOTE && cold == null) {
            throw new IllegalStateException(
                    "no epoch can be demoted: the allocator has no cold tier; give one to its builder");
        }
    }

    void requireOpenedOnce(long epoch) {
        boolean ofEarlierRun = epoch >= 0 && epoch < first;
        if (!ofEarlierRun && (epoch < 0 || epoch > store.gate.lopLastOpened(store.gate.ringIndex(epoch)))) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(epoch, newest.get()));
        }
    }

    /** Closes an epoch whose gate was shut by the caller, or leaves that to who goes out last. */
    private CompletableFuture<EpochClosing> closeOnLastExit(long epoch, Disposition disposition, boolean isWanted) {
        int ringIndex = store.gate.ringIndex(epoch);
        Waiting closing = new Waiting(
                epoch,
                disposition,
                isWanted,
                new AtomicBoolean(),
                new LastExitFuture<>(epoch, () -> domains.isCallerInside(ringIndex, epoch)));
        waiting.set(ringIndex, closing);
        if (pins.waitForExit(ringIndex)) {
            if (areRevoked()) {
                // of the two, one sees the other
                abandonWaiting(ringIndex);
            }
            return closing.done;
        }
        waiting.set(ringIndex, null);
        CompletableFuture<EpochClosing> closed = closeNow(closing);
        if (closing.wasFound.get()) {
            store.completions.forward(closed, closing.done);
        }
        return closed;
    }

    /** Closes an epoch whose gate is shut and that nobody is inside of. */
    private CompletableFuture<EpochClosing> closeShut(long epoch, Disposition disposition) {
        Thread thread = Thread.currentThread();
        if (disposition == Disposition.DISCARD) {
            EpochCloser.Closed discarded = store.closer.discard(store.stripes.own(thread), epoch);
            epochsClosed.increment();
            drainedAtClose.increment();
            return done(epoch, disposition, discarded);
        }
        int ringIndex = store.gate.ringIndex(epoch);
        EpochCloser.Closed sealing = store.closer.seal(
                store.stripes.own(thread),
                epoch,
                labels[ringIndex],
                openedMillis[ringIndex],
                lifetimes[ringIndex].code());
        epochsClosed.increment();
        if (store.closedEpochs.get(epoch) == null) {
            drainedAtClose.increment();
        }
        return disposition == Disposition.DEMOTE ? demote(epoch, sealing) : done(epoch, disposition, sealing);
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
            demoting = cold.demote(closed);
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

    /** The epoch was closed before; it may still have slabs. */
    private CompletableFuture<EpochClosing> closeAgain(long epoch, Disposition disposition) {
        int ringIndex = store.gate.ringIndex(epoch);
        for (int tries = 0; store.gate.lvOpenEpoch(ringIndex) == EpochGate.CLOSING; tries++) {
            store.readers.checkOpen();
            Waiting closing = waiting.get(ringIndex);
            if (closing != null && closing.epoch == epoch && isStillAnswered(closing, ringIndex)) {
                // both get their way, one after the other
                return closing.disposition == disposition
                        ? closing.done
                        : closing.done.handle((_, _) -> epoch).thenCompose(closed -> close(closed, disposition));
            }
            if (closing != null && closing.epoch != epoch) {
                // a later epoch waits there for its visitors
                break;
            }
            Backoff.pause(tries);
        }
        if (store.gate.lvOpenEpoch(ringIndex) == epoch) {
            // The other closing found no room on the heap, and left the epoch open.
            return close(epoch, disposition);
        }
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

    /** Has the future of a closing that was found complete; false if it was too late for that. */
    @SuppressWarnings("ReferenceEquality") // another closing of the same epoch is not meant
    private boolean isStillAnswered(Waiting closing, int ringIndex) {
        closing.wasFound.set(true);
        // The closer takes it from its place before it looks whether the future is wanted.
        return waiting.get(ringIndex) == closing;
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
        return closing;
    }

    EpochStatistics statistics() {
        store.readers.checkOpen();
        long retained = 0;
        long parkedSlabs = 0;
        for (int index = 0; index < store.stripes.ownedCount(); index++) {
            retained += store.stripes.get(index).epochsParked();
            parkedSlabs += store.stripes.get(index).slabsParked();
        }
        return new EpochStatistics(
                epochsClosed.sum() + retained,
                drainedAtClose.sum() + retained,
                slabsReturned.sum() + parkedSlabs,
                bytesReturned.sum());
    }

    EpochInfo info(long epoch) {
        requireOpenedOnce(epoch);
        return store.operations.call(() -> inspect(epoch));
    }

    private EpochInfo inspect(long epoch) {
        int ringIndex = store.gate.ringIndex(epoch);
        ClosedEpoch closed = store.closedEpochs.get(epoch);
        EpochInspector inspector = EpochInspector.inspect(store, epoch);
        if (closed != null) {
            return inspector.info(
                    closed.label(), EpochInfo.State.CLOSED, Instant.ofEpochMilli(closed.openedMillis()), 0);
        }
        Waiting closing = waiting.get(ringIndex);
        boolean open = store.gate.laIsOpen(epoch);
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
        store.readers.checkOpen();
        return store.closedEpochs.all().stream()
                .map(closed -> info(closed.number()))
                .filter(info -> info.state() == EpochInfo.State.CLOSED)
                .toList();
    }
}
