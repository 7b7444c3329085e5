package io.znsslab.core;

import io.znsslab.core.epoch.EpochEnds;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/**
 * Discards epochs whose time is over; see {@link EpochOptions#timeToLive} and {@link SlabAllocator#discardAt}. Its
 * thread is started by the first epoch with such a time, also one of an earlier run, and sleeps until the next one is
 * due. Thread-safe.
 *
 * <p>Times are those of the wall clock, since they may come from an earlier run. So the thread looks at it once a
 * second as long as an epoch is to end: it may be set.
 */
final class EpochExpiry implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(EpochExpiry.class.getName());
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);
    private static final int FIRST_PRUNING = 1_024;

    private record Deadline(Instant at, long epoch) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(epoch, other.epoch);
        }
    }

    private volatile InstantSource clock = InstantSource.system();
    private final EpochEnds ends;
    private final LongFunction<CompletableFuture<EpochClosing>> discarding;
    private final LongPredicate isDrained;
    private final LongConsumer changed;
    /** In the order in which they are due; one that is not its epoch's end any more means nothing. */
    private final ConcurrentSkipListSet<Deadline> deadlines = new ConcurrentSkipListSet<>();

    private final AgentRunner runner = new AgentRunner(new Discards());
    private final ReentrantLock lock = new ReentrantLock();
    private boolean started;
    private boolean closed;
    private int pruneAt = FIRST_PRUNING;

    /**
     * @param ends when each epoch is to end
     * @param discarding discards the epoch of that number
     * @param isDrained whether nothing is left of the epoch of that number
     * @param changed receives each epoch that gets another end
     */
    EpochExpiry(
            EpochEnds ends,
            LongFunction<CompletableFuture<EpochClosing>> discarding,
            LongPredicate isDrained,
            LongConsumer changed) {
        this.ends = ends;
        this.discarding = discarding;
        this.isDrained = isDrained;
        this.changed = changed;
    }

    /** Begins with the ends that earlier runs have set. */
    void takeUp() {
        ends.forEach((at, epoch) -> deadlines.add(new Deadline(at, epoch)));
        if (!deadlines.isEmpty()) {
            start();
        }
    }

    /** Makes sure of the thread, before an epoch is opened with that time to live. */
    void prepareFor(Duration timeToLive) {
        if (!timeToLive.equals(EpochOptions.UNLIMITED)) {
            start();
        }
    }

    private void start() {
        lock.lock();
        try {
            if (!started && !closed) {
                runner.start();
                started = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the epoch discarded so much later than now. */
    void discardAfter(long epoch, Duration timeToLive) {
        if (!timeToLive.equals(EpochOptions.UNLIMITED)) {
            discardAt(epoch, timeFrom(clock.instant(), timeToLive));
        }
    }

    private static Instant timeFrom(Instant now, Duration timeToLive) {
        return Duration.between(now, Instant.MAX).compareTo(timeToLive) < 0 ? Instant.MAX : now.plus(timeToLive);
    }

    /** Has the epoch discarded at that time, in place of an earlier or later one. */
    void discardAt(long epoch, Instant at) {
        start();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (deadlines.size() >= pruneAt) {
                prune();
            }
            ends.put(epoch, at);
            deadlines.add(new Deadline(at, epoch));
        } finally {
            lock.unlock();
        }
        runner.signal();
        changed.accept(epoch);
    }

    /**
     * Forgets epochs that have drained before their time: there are as many entries as epochs, up to a factor of two.
     */
    private void prune() {
        ends.removeIf(isDrained);
        deadlines.removeIf(deadline -> !isMeant(deadline));
        pruneAt = Math.max(FIRST_PRUNING, 2 * deadlines.size());
    }

    private boolean isMeant(Deadline deadline) {
        return ends.isAt(deadline.epoch, deadline.at);
    }

    /** Goes by another clock. For tests. */
    void clock(InstantSource source) {
        clock = source;
    }

    /** Looks at the clock now. For tests. */
    void look() {
        runner.signal();
    }

    /** How many entries it has. For tests. */
    int size() {
        return deadlines.size();
    }

    /** The work of the thread. */
    private final class Discards implements Agent {
        @Override
        public String name() {
            return "zns-slab-expiry";
        }

        @Override
        public String purpose() {
            return "the discard of epochs whose time is over";
        }

        /** It waits for slabs on their way between the tiers; nothing waits for it but the closing. */
        @Override
        public boolean mayWait() {
            return true;
        }

        @Override
        public long work() {
            while (!runner.isClosing()) {
                Deadline next = deadlines.isEmpty() ? null : deadlines.first();
                if (next == null) {
                    return UNTIL_SIGNALLED;
                }
                Duration left = Duration.between(clock.instant(), next.at);
                if (left.isPositive()) {
                    return left.compareTo(LONGEST_REST) < 0 ? left.toNanos() : LONGEST_REST.toNanos();
                }
                deadlines.remove(next);
                if (isMeant(next)) {
                    discard(next);
                }
            }
            return UNTIL_SIGNALLED;
        }

        /** The next epochs are not concerned. */
        @Override
        public boolean failed(Throwable cause) {
            return true;
        }
    }

    private void discard(Deadline due) {
        CompletableFuture<EpochClosing> discard;
        try {
            discard = discarding.apply(due.epoch);
        } catch (RuntimeException | Error e) {
            discard = CompletableFuture.failedFuture(e);
        }
        var _ = discard.whenComplete((_, failure) -> {
            if (failure == null) {
                ends.remove(due.epoch, due.at);
            } else if (!runner.isClosing()) {
                tryAgain(due.epoch, failure);
            }
        });
    }

    private void tryAgain(long epoch, Throwable failure) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                () -> "epoch " + epoch + " outlives its time; its discard failed and is tried again: " + failure);
        discardAt(epoch, clock.instant().plus(LONGEST_REST));
    }

    /** Begins no further discard. */
    void stop() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        runner.stop();
    }

    /** Ends after the discard that is under way. */
    @Override
    public void close() {
        stop();
        runner.close();
    }
}
