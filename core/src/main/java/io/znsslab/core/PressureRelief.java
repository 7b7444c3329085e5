package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.SlabTable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that demotes closed epochs when memory runs short; see {@link DemotionPressure}. One epoch at a time: it waits until that one is durable and looks again, so that no more is written than is
 * needed. Where the tier refuses an epoch, it tells the log, leaves the epoch in DRAM and goes on with the next; a round in which nothing could be demoted is followed by a pause.
 */
final class PressureRelief implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(PressureRelief.class.getName());
    /** How long the thread sleeps unless woken. */
    private static final long LOOK_NANOS = 20_000_000;
    /** After a round that brought nothing. */
    private static final long PAUSE_NANOS = 200_000_000;

    private final Internals internals;
    private final Epochs epochs;
    private final long highBytes;
    private final long lowBytes;
    private final LongAdder demoted = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;

    PressureRelief(Internals internals, Epochs epochs, DemotionPressure pressure) {
        this.internals = internals;
        this.epochs = epochs;
        long limit = internals.arena.limitBytes();
        this.highBytes = limit / 100 * pressure.highPercent();
        this.lowBytes = limit / 100 * pressure.lowPercent();
        this.thread = Thread.ofPlatform().daemon().name("zns-slab-pressure").unstarted(this::run);
        internals.arena.onGrantAbove(highBytes, () -> LockSupport.unpark(thread));
        thread.start();
    }

    /** Epochs demoted so far. */
    long epochsDemoted() {
        return demoted.sum();
    }

    private void run() {
        while (!closed) {
            if (internals.arena.grantedBytes() <= highBytes || relieve()) {
                LockSupport.parkNanos(this, LOOK_NANOS);
            } else {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    /** Demotes until the low watermark is reached, or all were tried. Returns whether any was demoted. */
    private boolean relieve() {
        boolean any = internals.arena.giveBackPooled() > 0;
        for (ClosedEpoch epoch : internals.closedEpochs.all()) {
            if (closed || internals.arena.grantedBytes() <= lowBytes) {
                break;
            }
            if (!epoch.isHeld() && hasResidentSlab(epoch)) {
                any |= demote(epoch.number());
            }
        }
        return any;
    }

    private boolean hasResidentSlab(ClosedEpoch epoch) {
        for (int index = 0; index < epoch.slabsAtClose(); index++) {
            long word = internals.registry.word(epoch.slabId(index));
            if (Registry.state(word) == Registry.RESIDENT
                    && SlabTable.state(internals.table.lvState((int) Registry.location(word))) == SlabTable.SEALED) {
                return true;
            }
        }
        return false;
    }

    private boolean demote(long epoch) {
        try {
            EpochClosing closing = epochs.close(epoch, Disposition.DEMOTE).join();
            demoted.increment();
            return closing.slabsDemoted() > 0;
        } catch (CompletionException | IllegalStateException | ZnsSlabException e) {
            if (!closed) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        () -> "epoch " + epoch + " stays in DRAM, which is short: " + e.getMessage());
            }
            return false;
        }
    }

    /** Begins no further demotion. */
    void stop() {
        closed = true;
        internals.arena.onGrantAbove(Long.MAX_VALUE, () -> {});
        LockSupport.unpark(thread);
    }

    /** Ends after the demotion that is under way; the tier, closed before, no longer lets it wait. */
    @Override
    public void close() {
        stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
