package io.znsslab.core;

import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens epochs: one after the other as the current one, and those of domains, with an entry. An epoch is opened at a
 * place of the ring that is free, or one that a thread has parked. Thread-safe.
 */
final class EpochOpener {
    /** No number of an epoch. */
    private static final long NONE = -1;

    private final SlabStore store;
    private final Epochs epochs;
    private final EpochPins pins;
    private final EpochNumbers numbers;
    private final EpochNotes notes;
    private final EpochOptions ofDomains;
    private final AtomicLong current;
    private final ReentrantLock advancing = new ReentrantLock();

    EpochOpener(
            SlabStore store,
            Epochs epochs,
            EpochPins pins,
            EpochNumbers numbers,
            EpochNotes notes,
            EpochOptions ofDomains) {
        this.store = store;
        this.epochs = epochs;
        this.pins = pins;
        this.numbers = numbers;
        this.notes = notes;
        this.ofDomains = ofDomains;
        this.current = new AtomicLong(numbers.first());
    }

    /** Opens the first epoch of the run. May wait for the device, which makes its number durable. */
    void openFirst(EpochOptions options) {
        long first = numbers.first();
        numbers.reserve(first);
        epochs.expiry().prepareFor(options.timeToLive());
        open(first, options, EpochPins.NO_ENTRY, null);
        epochs.expiry().discardAfter(first, options.timeToLive());
    }

    /** The epoch that was made current last; one that is opened now if that is not open any more. */
    long current() {
        long last = current.get();
        return store.gate.laIsOpen(last) ? last : advance(EpochOptions.DEFAULT, last);
    }

    /** The epoch that was opened last, open or not. */
    long newest() {
        store.readers.checkOpen();
        return numbers.newest();
    }

    long advance(EpochOptions options) {
        return advance(options, NONE);
    }

    /** @param instead the epoch that is to be current no more; the answer is another one that has become current */
    private long advance(EpochOptions options, long instead) {
        epochs.expiry().prepareFor(options.timeToLive());
        while (true) {
            long next = advanceIfReserved(options, instead);
            if (next >= 0) {
                epochs.expiry().discardAfter(next, options.timeToLive());
                return next;
            }
            numbers.reserve(~next);
        }
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
                long wanted = numbers.next();
                long next = wanted;
                for (int place = 0; place < store.gate.epochCount(); place++) {
                    if (!numbers.isReserved(next)) {
                        return ~next;
                    }
                    if (open(next, options, EpochPins.NO_ENTRY, null)) {
                        numbers.give(next);
                        current.set(next);
                        return next;
                    }
                    next = numbers.next(next + 1);
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

    /** Opens the epoch, with that entry of {@link EpochPins}; false if its place is not free. */
    private boolean open(long epoch, EpochOptions options, long entry, @Nullable Thread owner) {
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
        epochs.domains().setOwner(ringIndex, owner);
        notes.write(ringIndex, options);
        store.gate.sopPacked(ringIndex, options.packed());
        if (store.gate.open(epoch)) {
            return true;
        }
        // The allocator is being closed.
        if (entry != EpochPins.NO_ENTRY) {
            epochs.noteLeft(epoch);
            epochs.exit(epoch);
        }
        return false;
    }

    private void refuseIfHeld(long wanted) {
        int ringIndex = store.gate.ringIndex(wanted);
        long open = store.gate.lvOpenEpoch(ringIndex);
        long closing = epochs.atExit().epochAt(ringIndex);
        if (epochs.areRevoked()) {
            // threads that left after that have left their places held
            throw new IllegalStateException("epoch %d can't be opened: the allocator is closed".formatted(wanted));
        }
        if (open >= 0 || closing >= 0) {
            throw new EpochOpenException(open >= 0 ? open : closing, wanted, store.gate.epochCount());
        }
    }

    /**
     * A domain of the next epoch whose place in the ring is free, past those of long-lived epochs, which is opened and
     * counted as entered.
     *
     * @param owner the only thread that may use the domain; null for a shared one
     */
    EpochDomain openEntered(SlabAllocator allocator, Disposition atLastExit, @Nullable Thread owner) {
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
                    new EpochDomain(allocator, epochs, store.retained.successor(ended), atLastExit, owner, own);
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
            numbers.reserve(next.epoch());
        }
    }

    /** A domain of the epoch that was opened; or one not entered, of an epoch that has to be reserved before. */
    private EpochDomain openEnteredIfReserved(
            SlabAllocator allocator, Disposition atLastExit, @Nullable Thread owner, @Nullable Stripe own) {
        store.readers.checkOpen();
        advancing.lock();
        try {
            long next = numbers.next();
            EpochDomain domain;
            for (int tries = 0; ; tries++) {
                domain = new EpochDomain(allocator, epochs, next, atLastExit, owner, own);
                if (!numbers.isReserved(next)) {
                    return domain;
                }
                if (open(next, ofDomains, entryOf(owner), owner)) {
                    break;
                }
                store.readers.checkOpen();
                if (tries >= store.gate.epochCount()) {
                    refuseIfHeld(next);
                }
                next = numbers.next(next + 1);
            }
            numbers.give(next);
            epochs.confirmFirstEntry(next);
            return domain.entered();
        } finally {
            advancing.unlock();
        }
    }

    private static long entryOf(@Nullable Thread owner) {
        return owner == null ? EpochPins.SHARED_ENTRY : EpochPins.CONFINED_ENTRY;
    }

    /** Opens the domain's epoch at a place that the calling thread parked; false if another took it, or will. */
    private boolean reopen(Stripe own, long ended, EpochDomain domain) {
        int ringIndex = store.gate.ringIndex(ended);
        long next = domain.epoch();
        numbers.reserve(next);
        // fails also when the place had another epoch since
        if (!pins.reopen(ringIndex, ended, next, entryOf(domain.owner()))) {
            return false;
        }
        epochs.domains().setOwner(ringIndex, domain.owner());
        epochs.confirmFirstEntry(next);
        notes.writeNext(ringIndex, domain.isDiscardedAtLastExit());
        if (!store.gate.reopen(next, own.index())) {
            epochs.noteLeft(next);
            epochs.exit(next);
            return false;
        }
        // not before: an eviction strikes the stripe off, and the number may be another epoch's then
        own.noteEnlisted(ringIndex, next);
        var _ = domain.entered();
        return true;
    }
}
