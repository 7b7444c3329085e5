package io.znsslab.core;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ColdObjects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of epochs: which was given last, which is next, and up to which the device has them reserved. A number
 * names one epoch in all runs of a store. Thread-safe but for {@link #give}, which is for the thread that opens epochs
 * under its lock.
 */
final class EpochNumbers {
    private final SlabStore store;
    private final @Nullable ColdObjects cold;
    /** Epochs before it were opened by earlier runs. */
    private final long first;

    private final AtomicLong newest;
    /** Epochs below may be opened. */
    private final AtomicLong reservedBelow;

    /** @param cold null without a cold tier */
    EpochNumbers(SlabStore store, @Nullable ColdObjects cold) {
        this.store = store;
        this.cold = cold;
        this.first = store.firstEpoch;
        this.newest = new AtomicLong(first);
        this.reservedBelow = new AtomicLong(cold == null ? Long.MAX_VALUE : first);
    }

    /** The first of this run. */
    long first() {
        return first;
    }

    /** The one that was given last, but for those that threads gave to their own domains. */
    long newest() {
        return newest.get();
    }

    /** Notes that an epoch of the number was opened. */
    void give(long number) {
        newest.set(number);
    }

    /** The next one, at a place of the ring that is free or parked; if none is, at any place. */
    long next() {
        return next(newest.get() + 1);
    }

    /**
     * The first number from {@code from} on that is later than all before it at its place of the ring, where a thread's
     * own domains run ahead, and whose place is free or parked. If none is, places in use count as well.
     */
    long next(long from) {
        long next = next(from, false);
        return next >= 0 ? next : next(from, true);
    }

    private long next(long from, boolean anyPlace) {
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

    boolean isReserved(long number) {
        return number < reservedBelow.get();
    }

    /**
     * Makes durable that the epoch may be opened, before its number can be seen. May wait for the device, so it is
     * called with no lock held.
     */
    void reserve(long number) {
        if (!isReserved(number)) {
            reservedBelow.accumulateAndGet(requireNonNull(cold).reserveEpochs(number), Math::max);
        }
    }

    /** @throws IllegalArgumentException if no epoch of the number was ever opened */
    void requireOpenedOnce(long number) {
        boolean ofEarlierRun = number >= 0 && number < first;
        if (!ofEarlierRun && (number < 0 || number > store.gate.lopLastOpened(store.gate.ringIndex(number)))) {
            throw new IllegalArgumentException(
                    "epoch %d was never opened: the newest is %d".formatted(number, newest.get()));
        }
    }
}
