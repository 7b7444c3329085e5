package io.znsslab.tier.recovery;

import io.znsslab.core.worker.Inbox;
import java.util.concurrent.CompletableFuture;

/** A request to make something durable, on its way to the log's thread and back. */
final class LogRequest implements Inbox.Message<LogRequest> {
    private static final long NO_EPOCH = -1;
    private static final Bounds NO_BOUNDS = new Bounds(0, 0);

    /** The epoch whose demotion is to be acknowledged; see {@link #hasEpoch}. */
    final long epoch;
    /** The least bounds that are to be reserved. */
    final Bounds bounds;
    /** The id that wants generations; 0 for none. */
    final long slabId;

    final int generation;
    /** Whether all is to be written anew. */
    final boolean wantsCheckpoint;

    final CompletableFuture<Void> done = new CompletableFuture<>();
    private LogRequest next;

    private LogRequest(long epoch, Bounds bounds, long slabId, int generation) {
        this(epoch, bounds, slabId, generation, false);
    }

    private LogRequest(long epoch, Bounds bounds, long slabId, int generation, boolean wantsCheckpoint) {
        this.wantsCheckpoint = wantsCheckpoint;
        this.epoch = epoch;
        this.bounds = bounds;
        this.slabId = slabId;
        this.generation = generation;
    }

    /** Asks that all that has changed before be durable. */
    static LogRequest forSync() {
        return new LogRequest(NO_EPOCH, NO_BOUNDS, 0, 0);
    }

    /** Asks that all of the log be written anew, in other zones than those of the region that counts. */
    static LogRequest forCheckpoint() {
        return new LogRequest(NO_EPOCH, NO_BOUNDS, 0, 0, true);
    }

    /** Asks that all that has changed before be durable, and the demotion of an epoch. */
    static LogRequest forEpoch(long epoch) {
        return new LogRequest(epoch, NO_BOUNDS, 0, 0);
    }

    /** Asks that so much may be issued. */
    static LogRequest forBounds(Bounds bounds) {
        return new LogRequest(NO_EPOCH, bounds, 0, 0);
    }

    /** Asks that a generation of an id may be issued. */
    static LogRequest forGeneration(long slabId, int generation) {
        return new LogRequest(NO_EPOCH, NO_BOUNDS, slabId, generation);
    }

    boolean hasEpoch() {
        return epoch != NO_EPOCH;
    }

    @Override
    public LogRequest next() {
        return next;
    }

    @Override
    public void next(LogRequest message) {
        next = message;
    }
}
