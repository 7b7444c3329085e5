package io.znsslab.tier.demote;

import io.znsslab.tier.recovery.CheckpointLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Completes demotions once the log has recorded them. The log records an epoch as a whole: overlapping demotions of one
 * epoch are acknowledged together, when the last of them has ended, or fail together. Their futures complete on the
 * log's thread: they are internal to the tier, and none of their dependents waits. Thread-safe.
 */
final class Acknowledgements {
    private final CheckpointLog log;
    /** Groups by epoch number; guarded by itself. */
    private final Map<Long, Group> groups = new HashMap<>();

    /** Demotions of one epoch that overlap. */
    static final class Group {
        private final Long epoch;
        private int underWay;
        private Throwable failure;
        private final ArrayList<DemotedBatch> waiting = new ArrayList<>();

        Group(Long epoch) {
            this.epoch = epoch;
        }
    }

    Acknowledgements(CheckpointLog log) {
        this.log = log;
    }

    /**
     * Enters a demotion. The heap memory that its end needs is allocated here, where a failure to allocate it has no
     * consequences yet.
     */
    Group begin(long epoch) {
        synchronized (groups) {
            Group group = groups.computeIfAbsent(epoch, Group::new);
            group.waiting.ensureCapacity(group.waiting.size() + group.underWay + 1);
            group.underWay++;
            return group;
        }
    }

    /**
     * Ends a demotion, all of whose slabs the allocator has taken over, unless it failed.
     *
     * @param group the result of {@link #begin}
     * @param failure null when all slabs were taken over
     */
    void end(DemotedBatch demotion, Group group, Throwable failure) {
        boolean isLast;
        synchronized (groups) {
            if (failure == null) {
                group.waiting.add(demotion);
            } else if (group.failure == null) {
                group.failure = failure;
            }
            isLast = --group.underWay == 0;
            if (isLast) {
                groups.remove(group.epoch);
            }
        }
        if (failure != null) {
            demotion.complete(failure);
        }
        if (isLast && !group.waiting.isEmpty()) {
            try {
                conclude(group);
            } catch (Throwable e) {
                group.waiting.forEach(waiting -> waiting.complete(e));
            }
        }
    }

    private void conclude(Group group) {
        if (group.failure != null && !log.isAcknowledged(group.epoch)) {
            group.waiting.forEach(demotion -> demotion.complete(group.failure));
            return;
        }
        var _ = log.acknowledge(group.epoch).whenComplete((_, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            group.waiting.forEach(demotion -> demotion.complete(cause));
        });
    }
}
