package io.znsslab.core;

import io.znsslab.core.event.StoreEvents;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reports epochs that have been open for longer than they should be, and domains that were never left: each epoch once,
 * to the log and to Flight Recorder; see {@link SlabAllocatorBuilder#reportOpenLongerThan}. Without that setting no
 * thread looks, and only the closing of the allocator tells Flight Recorder of domains that were never left.
 * Thread-safe.
 */
final class OpenEpochReports implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(OpenEpochReports.class.getName());
    private static final Duration SHORTEST_REST = Duration.ofMillis(5);
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final Function<Duration, List<OpenEpoch>> open;
    private final Duration longerThan;
    private final long restNanos;
    private final AgentRunner runner = new AgentRunner(new Looks());
    private final ReentrantLock lock = new ReentrantLock();
    /** Epochs that are open and were reported; guarded by the lock. */
    private final Set<Long> reported = new HashSet<>();

    /**
     * @param open the epochs that were open for so long or longer
     * @param longerThan how long is too long; {@link EpochOptions#UNLIMITED} for none
     */
    OpenEpochReports(Function<Duration, List<OpenEpoch>> open, Duration longerThan) {
        this.open = open;
        this.longerThan = longerThan;
        Duration quarter = longerThan.dividedBy(4);
        Duration rest = quarter.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : quarter;
        this.restNanos = Math.max(rest.toNanos(), SHORTEST_REST.toNanos());
    }

    /** Whether epochs are reported while the allocator is open. */
    private boolean isOn() {
        return !longerThan.equals(EpochOptions.UNLIMITED);
    }

    /** Starts the thread, if there is anything to look for. */
    void start() {
        if (isOn()) {
            runner.start();
        }
    }

    private void look() {
        lock.lock();
        try {
            List<OpenEpoch> found = open.apply(longerThan);
            reported.retainAll(found.stream().map(OpenEpoch::epoch).collect(Collectors.toSet()));
            for (OpenEpoch epoch : found) {
                if (reported.add(epoch.epoch())) {
                    report(epoch, false);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reports what the closing of the allocator finds open and was not reported before: epochs that have been open too
     * long, and domains that were never left. Throws nothing.
     */
    void lookAtClosing() {
        lock.lock();
        try {
            for (OpenEpoch epoch : open.apply(Duration.ZERO)) {
                boolean tooLong = isOn() && epoch.openFor().compareTo(longerThan) >= 0;
                if ((tooLong || epoch.entries() > 0) && reported.add(epoch.epoch())) {
                    report(epoch, true);
                }
            }
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.WARNING, "epochs that are open at the closing can't be reported", e);
        } finally {
            lock.unlock();
        }
    }

    private void report(OpenEpoch epoch, boolean atClosing) {
        Throwable openedAt = epoch.openedAt().orElse(null);
        StoreEvents.epochLeftOpen(
                epoch.epoch(),
                epoch.label(),
                epoch.openFor().toMillis(),
                epoch.entries(),
                epoch.isClosing(),
                atClosing,
                openedAt);
        if (isOn()) {
            LOGGER.log(System.Logger.Level.WARNING, warning(epoch, atClosing), openedAt);
        }
    }

    private static String warning(OpenEpoch epoch, boolean atClosing) {
        String label = epoch.label().isEmpty() ? "" : " '" + epoch.label() + "'";
        String entries = epoch.entries() == 0
                ? ""
                : ", and %d %s not left"
                        .formatted(
                                epoch.entries(),
                                epoch.entries() == 1 ? "entry of its domains is" : "entries of its domains are");
        String advice = epoch.openedAt().isPresent()
                ? "close it, or leave its domain; this is where it was opened"
                : "close it, or leave its domain; traceOpenings of the allocator's builder shows where it was opened";
        return "%sepoch %d%s %s %s%s: %s"
                .formatted(
                        atClosing ? "the allocator is closed while " : "",
                        epoch.epoch(),
                        label,
                        epoch.isClosing() ? "is closed and was not left for" : "has been open for",
                        text(epoch.openFor()),
                        entries,
                        advice);
    }

    /** {@code 350 ms}, {@code 12 s}. */
    private static String text(Duration time) {
        return time.toSeconds() < 10 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }

    /** The work of the thread. */
    private final class Looks implements Agent {
        @Override
        public String name() {
            return "zns-slab-open-epochs";
        }

        @Override
        public String purpose() {
            return "reports of epochs that stay open";
        }

        @Override
        public long work() {
            if (!runner.isClosing()) {
                look();
            }
            return restNanos;
        }

        /** The next look may succeed. */
        @Override
        public boolean failed(Throwable cause) {
            return true;
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        if (isOn()) {
            runner.close();
        }
    }
}
