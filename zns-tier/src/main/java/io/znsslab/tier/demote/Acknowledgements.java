package io.znsslab.tier.demote;

import io.znsslab.tier.recovery.CheckpointLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Completes demotions once the log says that they are there. What counts in the log is the epoch as a whole: so demotions of one epoch that overlap are acknowledged together, when the last of them has
 * ended, or fail together. Thread-safe.
 */
final class Acknowledgements {
    private final CheckpointLog log;
    /** By epoch; guarded by itself. */
    private final Map<Long, Group> groups = new HashMap<>();

    private static final class Group {
        private int underWay;
        private Throwable failure;
        private final List<Demotion> waiting = new ArrayList<>();
    }

    Acknowledgements(CheckpointLog log) {
        this.log = log;
    }

    /** A demotion begins. */
    void begin(Demotion demotion) {
        synchronized (groups) {
            groups.computeIfAbsent(demotion.batch.epoch(), epoch -> new Group()).underWay++;
        }
    }

    /**
     * All slabs of a demotion are handed over, or some won't be.
     *
     * @param failure null for the former
     */
    void end(Demotion demotion, Throwable failure) {
        long epoch = demotion.batch.epoch();
        Group group;
        boolean isLast;
        synchronized (groups) {
            group = groups.get(epoch);
            if (failure == null) {
                group.waiting.add(demotion);
            } else if (group.failure == null) {
                group.failure = failure;
            }
            isLast = --group.underWay == 0;
            if (isLast) {
                groups.remove(epoch);
            }
        }
        if (failure != null) {
            demotion.complete(failure);
        }
        if (isLast && !group.waiting.isEmpty()) {
            conclude(epoch, group);
        }
    }

    private void conclude(long epoch, Group group) {
        if (group.failure != null && !log.isAcknowledged(epoch)) {
            group.waiting.forEach(demotion -> demotion.complete(group.failure));
            return;
        }
        var _ = log.acknowledge(epoch).whenComplete((_, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            group.waiting.forEach(demotion -> demotion.complete(cause));
        });
    }
}
