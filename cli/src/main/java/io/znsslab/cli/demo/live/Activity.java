package io.znsslab.cli.demo.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a run is doing, as the run says it. Thread-safe: one thread, or a few, write it, and another one looks. */
public final class Activity {
    /** Is told how far a phase has come, on the run's thread. */
    public interface PhaseListener {
        /** {@code done} of {@code total} (0: unknown) are done in this phase. */
        void report(String phase, long done, long total);
    }

    private record Phase(String name, long done, long total) {}

    private final long plannedEpochs;
    private final PhaseListener listener;
    private final Latencies latencies = new Latencies();
    private final LongAdder objects = new LongAdder();
    private final LongAdder objectBytes = new LongAdder();
    private final List<EpochPlace> epochs = new ArrayList<>();
    private volatile Phase phase = new Phase("opening", 0, 0);

    /**
     * Nothing done so far.
     *
     * @param plannedEpochs how many will be filled, as far as is known
     */
    public Activity(long plannedEpochs, PhaseListener listener) {
        this.plannedEpochs = plannedEpochs;
        this.listener = listener;
    }

    /** Says how far a phase has come, from time to time; {@code total} 0 if that is not known. */
    public void report(String name, long done, long total) {
        phase = new Phase(name, done, total);
        listener.report(name, done, total);
    }

    /** An object was stored. */
    public void stored(int bytes, long nanos) {
        objects.increment();
        objectBytes.add(bytes);
        latencies.record(Operation.STORE, nanos);
    }

    /** An operation that began at this {@link System#nanoTime()} has ended. */
    public void ended(Operation operation, long startedNanos) {
        latencies.record(operation, System.nanoTime() - startedNanos);
    }

    /** The epoch that was begun as number {@code ordinal}, from 0, is there now. */
    public void epoch(int ordinal, EpochPlace place) {
        synchronized (epochs) {
            if (ordinal == epochs.size()) {
                epochs.add(place);
            } else {
                epochs.set(ordinal, place);
            }
        }
    }

    /** How many epochs are there. */
    public long epochsAt(EpochPlace place) {
        synchronized (epochs) {
            return epochs.stream().filter(place::equals).count();
        }
    }

    /** The durations measured so far, and to come. */
    public Latencies latencies() {
        return latencies;
    }

    /** Objects stored so far. */
    public long objects() {
        return objects.sum();
    }

    /** What it is doing, in a word or two. */
    public String phase() {
        return phase.name();
    }

    /** A moment, with what else is known of it. */
    Moment moment(long nanos, Measured measured) {
        Phase now = phase;
        return new Moment(
                nanos,
                now.name(),
                now.done(),
                now.total(),
                objects.sum(),
                objectBytes.sum(),
                measured.arenaRss(),
                measured.granted(),
                measured.processRss(),
                measured.written(),
                measured.read(),
                measured.coldSlabs(),
                signs(),
                measured.zones());
    }

    private String signs() {
        StringBuilder signs = new StringBuilder();
        synchronized (epochs) {
            epochs.forEach(place -> signs.append(place.sign()));
        }
        while (signs.length() < plannedEpochs) {
            signs.append(EpochPlace.TO_COME);
        }
        return signs.toString();
    }
}
