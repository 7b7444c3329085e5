package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.statistics.EpochStatistics;
import io.znsslab.core.store.EpochFacts;
import io.znsslab.core.store.EpochInspector;
import io.znsslab.core.store.EpochSlabs;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ColdObjects;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Opens, enters, leaves and closes epochs; {@link ClosingsAtExit} has the closings that wait for threads inside. Each
 * place of the ring has an owner at any time: the gate says whether an epoch is open there ({@link EpochGate}), the
 * pins how many threads are inside ({@link EpochPins}). Thread-safe.
 */
final class Epochs {
    /** No number of an epoch. */
    private static final long NONE = -1;

    /** Milliseconds at which no epoch was opened. */
    private static final long NOT_NOTED = 0;

    private final SlabStore store;
    private final ColdObjects cold;
    private final AtomicLong current = new AtomicLong();
    private final AtomicLong newest = new AtomicLong();
    private final ReentrantLock advancing = new ReentrantLock();
    private final EpochPins pins;
    private final ClosingsAtExit atExit;
    private final Admission admission;

    // by place in the ring; written under the lock before the gate opens
    private final String[] labels;
    private final long[] openedMillis;
    private final Lifetime[] lifetimes;
    private final EnteredDomains domains;
    /** Epochs before it were opened by earlier runs. */
    private final long first;
    /** Epochs below may be opened. */
    private final AtomicLong reservedBelow;

    private final EpochClosings closings;
    /** What domains have given out as the outcome of their epochs' closing, by place in the ring. */
    private final LongAdder heapBytes = new LongAdder();

    private final EpochOptions ofDomains;
    private final EpochExpiry expiry;

    private Epochs(SlabStore store, ColdObjects cold, EpochOptions ofDomains) {
        this.ofDomains = ofDomains;
        this.expiry = new EpochExpiry(epoch -> close(epoch, Disposition.DISCARD), this::isDrained);
        this.store = store;
        this.cold = cold;
        this.closings = new EpochClosings(store, cold);
        this.pins = new EpochPins(store.gate.epochCount());
        this.admission = new Admission(store.gate, pins);
        this.labels = new String[store.gate.epochCount()];
        this.openedMillis = new long[store.gate.epochCount()];
        this.domains = new EnteredDomains(store.looks, pins, store.gate);
        this.atExit = new ClosingsAtExit(store, pins, domains, admission, this::closeShut);
        this.lifetimes = new Lifetime[store.gate.epochCount()];
        this.first = store.firstEpoch;
        this.reservedBelow = new AtomicLong(cold == null ? Long.MAX_VALUE : first);
        newest.set(first);
        current.set(first);
    }

    /** Epochs of which the first is open. May wait for the device, which makes its number durable. */
    static Epochs begin(SlabStore store, ColdObjects cold, EpochOptions ofDomains, EpochOptions ofFirst) {
        Epochs epochs = new Epochs(store, cold, ofDomains);
        epochs.openFirst(ofFirst);
        return epochs;
    }

    private void openFirst(EpochOptions options) {
        reserve(first);
        expiry.prepareFor(options.timeToLive());
        open(first, options, EpochPins.NO_ENTRY, null);
        expiry.discardAfter(first, options.timeToLive());
    }

    /** The epoch that was made current last; one that is opened now if that is not open any more. */
    long current() {
        long last = current.get();
        return store.gate.laIsOpen(last) ? last : advance(EpochOptions.DEFAULT, last);
    }

    /** The epoch that was opened last, open or not. */
    long newest() {
        store.readers.checkOpen();
        return newest.get();
    }

    long advance(EpochOptions options) {
        return advance(options, NONE);
    }

    /** @param instead the epoch that is to be current no more; the answer is another one that has become current */
    private long advance(EpochOptions options, long instead) {
        expiry.prepareFor(options.timeToLive());
        while (true) {
            long next = advanceIfReserved(options, instead);
            if (next >= 0) {
                expiry.discardAfter(next, options.timeToLive());
                return next;
            }
            reserve(~next);
        }
    }

    /** What discards epochs whose time is over. */
    EpochExpiry expiry() {
        return expiry;
    }

    /** An epoch that is being closed counts as one that has slabs: it is listed as such before its place is free. */
    private boolean isDrained(long epoch) {
        int ringIndex = ringIndex(epoch);
        boolean holdsPlace =
                store.gate.lopLastOpened(ringIndex) == epoch && store.gate.lvOpenEpoch(ringIndex) != EpochGate.SHUT;
        return !holdsPlace && store.closedEpochs.get(epoch) == null;
    }

    /** The number of the epoch that is current now; or the complement of one that has to be reserved before. */
    private long advanceIfReserved(EpochOptions options, long instead) {
        store.readers.checkOpen();
        StackReserve.forLongPath();
        advancing.lock();
        try {
            if (instead != NONE && current.get() != instead) {
                return current.get();
            }
            for (int tries = 0; ; tries++) {
                long wanted = nextNumber(newest.get() + 1);
                long next = wanted;
                for (int place = 0; place < store.gate.epochCount(); place++) {
                    if (next >= reservedBelow.get()) {
                        return ~next;
                    }
                    if (open(next, options, EpochPins.NO_ENTRY, null)) {
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
     * own domains run ahead, and whose place is free or parked. If none is, places in use count as well.
     */
    private long nextNumber(long from) {
        long next = nextNumber(from, false);
        return next >= 0 ? next : nextNumber(from, true);
    }

    private long nextNumber(long from, boolean anyPlace) {
        int count = store.gate.epochCount();
        long lowest = -1;
        for (long number = from; number < from + count; number++) {
            int ringIndex = store.gate.ringIndex(number);
            long open = store.gate.lvOpenEpoch(ringIndex);
            if (anyPlace || open == EpochGate.SHUT || EpochGate.isParked(open)) {
                long last = store.gate.lopLastOpened(ringIndex);
                if (last < number) {
                    return number;
                }
                lowest = lowest < 0 ? last + count : Math.min(lowest, last + count);
            }
        }
        return lowest;
    }

    /**
     * Makes durable that the epoch may be opened, before its number can be seen. May wait for the device, so it is
     * called with no lock held.
     */
    private void reserve(long epoch) {
        if (epoch >= reservedBelow.get()) {
            reservedBelow.accumulateAndGet(cold.reserveEpochs(epoch), Math::max);
        }
    }

    /** Opens the epoch, with that entry of {@link EpochPins}; false if its place is not free. */
    private boolean open(long epoch, EpochOptions options, long entry, Thread owner) {
        int ringIndex = store.gate.ringIndex(epoch);
        if (EpochGate.isParked(store.gate.lvOpenEpoch(ringIndex))) {
            var _ = store.retained.evict(store.stripes.own(Thread.currentThread()), ringIndex);
        }
        // The place's last number is final only now: its owner may have gone on until it was evicted.
        if (store.gate.lvOpenEpoch(ringIndex) != EpochGate.SHUT
                || store.gate.lopLastOpened(ringIndex) >= epoch
                || !pins.begin(ringIndex, epoch, entry)) {
            return false;
        }
        domains.setOwner(ringIndex, owner);
        labels[ringIndex] = options.label();
        lifetimes[ringIndex] = options.lifetime();
        store.gate.sopPacked(ringIndex, options.packed());
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
        long closing = atExit.epochAt(ringIndex);
        if (areRevoked()) {
            // threads that left after that have left their places held
            throw new IllegalStateException("epoch %d can't be opened: the allocator is closed".formatted(wanted));
        }
        if (open >= 0 || closing >= 0) {
            throw new EpochOpenException(open >= 0 ? open : closing, wanted, store.gate.epochCount());
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
            EpochDomain next =
                    new EpochDomain(allocator, this, store.retained.successor(ended), atLastExit, owner, own);
            if (reopen(own, ended, next)) {
                return next;
            }
        } else if (own != null && owner != null && atLastExit == Disposition.DISCARD && store.decay != null) {
            store.decay.start();
        }
        while (true) {
            EpochDomain next = openEnteredIfReserved(allocator, atLastExit, owner, own);
            if (next.isEntered()) {
                return next;
            }
            reserve(next.epoch());
        }
    }

    /** A domain of the epoch that was opened; or one not entered, of an epoch that has to be reserved before. */
    private EpochDomain openEnteredIfReserved(
            SlabAllocator allocator, Disposition atLastExit, Thread owner, Stripe own) {
        store.readers.checkOpen();
        advancing.lock();
        try {
            long next = nextNumber(newest.get() + 1);
            EpochDomain domain;
            for (int tries = 0; ; tries++) {
                domain = new EpochDomain(allocator, this, next, atLastExit, owner, own);
                if (next >= reservedBelow.get()) {
                    return domain;
                }
                if (open(next, ofDomains, entryOf(owner), owner)) {
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
        // The clock would be a third of what an empty domain costs.
        openedMillis[ringIndex] = domain.isDiscardedAtLastExit() ? NOT_NOTED : System.currentTimeMillis();
        if (!store.gate.reopen(next, own.index())) {
            noteLeft(next);
            exit(next);
            return false;
        }
        // not before: an eviction strikes the stripe off, and the number may be another epoch's then
        own.noteEnlisted(ringIndex, next);
        var _ = domain.entered();
        return true;
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

    /** The same for the entry with which an epoch opens. */
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
        if (!admission.admit(store.gate.ringIndex(epoch))) {
            exit(epoch);
            throw new IllegalStateException("epoch %d can't be entered: the allocator is closed".formatted(epoch));
        }
    }

    /** Demotes all epochs that no thread is inside of, and what has changed of those that are on the tier. */
    CompletableFuture<List<EpochClosing>> demoteAll() {
        requirePossible(Disposition.DEMOTE);
        store.readers.checkOpen();
        List<CompletableFuture<EpochClosing>> closings = store.operations.call(this::demotable).stream()
                .map(epoch -> close(epoch, Disposition.DEMOTE))
                .toList();
        // Each is waited for, also if an earlier one has failed.
        return store.completions.handOut(CompletableFuture.allOf(closings.toArray(CompletableFuture[]::new))
                .thenApply(_ -> closings.stream()
                        .map(CompletableFuture::join)
                        .filter(closing -> closing.slabs() > 0)
                        .toList()));
    }

    /** Epochs with slabs in DRAM that no thread is inside of, and those that are being demoted; oldest first. */
    private Set<Long> demotable() {
        Set<Long> epochs = new TreeSet<>();
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            long open = store.gate.lvOpenEpoch(ringIndex);
            if (open >= 0 && pins.entries(ringIndex) == 0) {
                epochs.add(open);
            }
        }
        Set<Long> inDram = EpochSlabs.epochsInDram(store);
        for (ClosedEpoch closed : store.closedEpochs.all()) {
            if (closed.isHeld() || inDram.contains(closed.number())) {
                epochs.add(closed.number());
            }
        }
        return epochs;
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
        boolean ofEarlierRun = epoch >= 0 && epoch < first;
        if (!ofEarlierRun && (epoch < 0 || epoch > store.gate.lopLastOpened(store.gate.ringIndex(epoch)))) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(epoch, newest.get()));
        }
    }

    /** Closes an epoch whose gate is shut and which no thread is inside of. */
    private CompletableFuture<EpochClosing> closeShut(long epoch, Disposition disposition) {
        if (disposition == Disposition.DISCARD) {
            return closings.discard(epoch);
        }
        int ringIndex = store.gate.ringIndex(epoch);
        return closings.seal(epoch, disposition, labels[ringIndex], openedMillis(ringIndex), lifetimes[ringIndex]);
    }

    /** When the epoch at that place was opened; where that was not noted, it is now, for whoever asks first. */
    private long openedMillis(int ringIndex) {
        long noted = openedMillis[ringIndex];
        if (noted != NOT_NOTED) {
            return noted;
        }
        long now = System.currentTimeMillis();
        openedMillis[ringIndex] = now;
        return now;
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
        return store.operations.call(() -> info(EpochInspector.inspect(store, epoch), epoch));
    }

    private EpochInfo info(EpochInspector inspector, long epoch) {
        ClosedEpoch closed = store.closedEpochs.get(epoch);
        if (closed != null) {
            return inspector.info(EpochFacts.of(closed), EpochInfo.State.CLOSED, 0);
        }
        int ringIndex = store.gate.ringIndex(epoch);
        boolean open = store.gate.laIsOpen(epoch);
        if (open || isWaitingForExit(epoch)) {
            EpochFacts facts = new EpochFacts(
                    labels[ringIndex],
                    lifetimes[ringIndex],
                    Instant.ofEpochMilli(openedMillis(ringIndex)),
                    Optional.empty());
            EpochInfo.State state = open ? EpochInfo.State.OPEN : EpochInfo.State.CLOSED;
            return inspector.info(facts, state, pins.entries(ringIndex));
        }
        return inspector.info(EpochFacts.NONE, EpochInfo.State.DRAINED, 0);
    }

    /** Whether the epoch is shut, and its closing waits for a thread to leave. */
    private boolean isWaitingForExit(long epoch) {
        return atExit.epochAt(store.gate.ringIndex(epoch)) == epoch;
    }

    /** All epochs that are open, or closed and not drained, oldest first. */
    List<EpochInfo> all() {
        store.readers.checkOpen();
        return store.operations.call(() -> infosOf(numbers()));
    }

    private Set<Long> numbers() {
        Set<Long> numbers = new HashSet<>();
        // The open ones first: one that is closed meanwhile is found among the closed ones, if not here.
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            long open = store.gate.lvOpenEpoch(ringIndex);
            long closing = atExit.epochAt(ringIndex);
            if (open >= 0) {
                numbers.add(open);
            }
            if (closing >= 0) {
                numbers.add(closing);
            }
        }
        store.closedEpochs.all().forEach(closed -> numbers.add(closed.number()));
        return numbers;
    }

    private List<EpochInfo> infosOf(Set<Long> numbers) {
        return EpochInspector.inspect(store, numbers).entrySet().stream()
                .map(entry -> info(entry.getValue(), entry.getKey()))
                .filter(info -> info.state() != EpochInfo.State.DRAINED)
                .toList();
    }

    List<EpochInfo> undrained() {
        store.readers.checkOpen();
        return store
                .operations
                .call(() -> infosOf(store.closedEpochs.all().stream()
                        .map(ClosedEpoch::number)
                        .collect(Collectors.toSet())))
                .stream()
                .filter(info -> info.state() == EpochInfo.State.CLOSED)
                .toList();
    }
}
