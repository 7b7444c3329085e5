package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.store.EpochFacts;
import io.znsslab.core.store.EpochInspector;
import io.znsslab.core.store.EpochSlabs;
import io.znsslab.core.store.SlabStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which epochs there are, and what is known of each. Changes nothing; thread-safe. */
final class EpochCensus {
    private final SlabStore store;
    private final EpochPins pins;
    private final ClosingsAtExit atExit;
    private final EpochNotes notes;

    EpochCensus(SlabStore store, EpochPins pins, ClosingsAtExit atExit, EpochNotes notes) {
        this.store = store;
        this.pins = pins;
        this.atExit = atExit;
        this.notes = notes;
    }

    /** An epoch that was opened once. */
    EpochInfo info(long epoch) {
        return store.operations.call(() -> info(EpochInspector.inspect(store, epoch), epoch));
    }

    private EpochInfo info(EpochInspector inspector, long epoch) {
        ClosedEpoch closed = store.closedEpochs.get(epoch);
        if (closed == null) {
            int ringIndex = store.gate.ringIndex(epoch);
            boolean open = store.gate.laIsOpen(epoch);
            if (open || isWaitingForExit(epoch) || isBeingClosed(ringIndex, epoch)) {
                EpochInfo.State state = open ? EpochInfo.State.OPEN : EpochInfo.State.CLOSED;
                return inspector.info(notes.facts(ringIndex), state, pins.entries(ringIndex));
            }
            // Its closing may have ended since the first look.
            closed = store.closedEpochs.get(epoch);
        }
        return closed == null
                ? inspector.info(EpochFacts.NONE, EpochInfo.State.DRAINED, 0)
                : inspector.info(EpochFacts.of(closed), EpochInfo.State.CLOSED, 0);
    }

    /** Whether a thread discards or seals the epoch at this moment: until it has, objects may be found. */
    private boolean isBeingClosed(int ringIndex, long epoch) {
        return store.gate.lopLastOpened(ringIndex) == epoch && store.gate.lvOpenEpoch(ringIndex) == EpochGate.CLOSING;
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

    /** Those that were opened so long ago and hold their place in the ring; the longest open comes first. */
    List<OpenEpoch> open(Duration atLeast) {
        store.readers.checkOpen();
        Instant now = Instant.now();
        List<OpenEpoch> found = new ArrayList<>();
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            long open = store.gate.lvOpenEpoch(ringIndex);
            long number = open >= 0 ? open : atExit.epochAt(ringIndex);
            if (number >= 0) {
                OpenEpoch epoch = open(ringIndex, number, open < 0, now);
                // What was noted is that epoch's if it is still there.
                boolean isThere = store.gate.lvOpenEpoch(ringIndex) == number || atExit.epochAt(ringIndex) == number;
                if (isThere && epoch.openFor().compareTo(atLeast) >= 0) {
                    found.add(epoch);
                }
            }
        }
        found.sort(Comparator.comparing(OpenEpoch::opened).thenComparingLong(OpenEpoch::epoch));
        return List.copyOf(found);
    }

    private OpenEpoch open(int ringIndex, long number, boolean isClosing, Instant now) {
        Instant opened = Instant.ofEpochMilli(notes.openedMillis(ringIndex));
        Duration openFor = opened.isAfter(now) ? Duration.ZERO : Duration.between(opened, now);
        return new OpenEpoch(
                number,
                notes.label(ringIndex),
                opened,
                openFor,
                isClosing,
                pins.entries(ringIndex),
                notes.opening(ringIndex));
    }

    /** Those that are closed and not drained, oldest first. */
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

    /** Those with slabs in DRAM that no thread is inside of, and those that are being demoted; oldest first. */
    Set<Long> demotable() {
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

    /**
     * Whether nothing is left of an epoch that was opened once. One that is being closed counts as one that has slabs:
     * it is listed as such before its place is free.
     */
    boolean isDrained(long epoch) {
        int ringIndex = store.gate.ringIndex(epoch);
        boolean holdsPlace =
                store.gate.lopLastOpened(ringIndex) == epoch && store.gate.lvOpenEpoch(ringIndex) != EpochGate.SHUT;
        return !holdsPlace && store.closedEpochs.get(epoch) == null;
    }
}
