package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import java.util.concurrent.atomic.LongAdder;

/**
 * The agent that demotes closed epochs when memory runs short; see {@link DemotionPressure}. One epoch at a time: it
 * waits until that one is durable and looks again, so that no more is written than is needed. Where the tier refuses an
 * epoch, the agent logs that, leaves the epoch in DRAM and goes on with the next; a round in which nothing could be
 * demoted is followed by a pause.
 */
final class PressureRelief implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(PressureRelief.class.getName());
    /** How long the agent rests unless memory runs short. */
    private static final long LOOK_NANOS = 20_000_000;
    /** How long the agent rests after a round in which nothing was demoted. */
    private static final long PAUSE_NANOS = 200_000_000;

    private final SlabStore store;
    private final Epochs epochs;
    private final long highBytes;
    private final long lowBytes;
    private final LongAdder demoted = new LongAdder();
    private final AgentRunner runner;

    private PressureRelief(SlabStore store, Epochs epochs, DemotionPressure pressure) {
        this.store = store;
        this.epochs = epochs;
        long limit = store.arena.limitBytes();
        this.highBytes = limit / 100 * pressure.highPercent();
        this.lowBytes = limit / 100 * pressure.lowPercent();
        this.runner = new AgentRunner(new Relieving());
    }

    /** Starts the agent. */
    static PressureRelief start(SlabStore store, Epochs epochs, DemotionPressure pressure) {
        PressureRelief relief = new PressureRelief(store, epochs, pressure);
        relief.start();
        return relief;
    }

    private void start() {
        store.arena.onGrantAbove(highBytes, runner::signal);
        runner.start();
    }

    /** Epochs demoted so far. */
    long epochsDemoted() {
        return demoted.sum();
    }

    /** The work of the thread. */
    private final class Relieving implements Agent {
        @Override
        public String name() {
            return "zns-slab-pressure";
        }

        @Override
        public String purpose() {
            return "demotion under memory pressure";
        }

        /** It waits for demotions; nothing waits for it but the closing. */
        @Override
        public boolean mayWait() {
            return true;
        }

        @Override
        public long work() {
            boolean isShort = store.arena.usedBytes() > highBytes;
            return isShort && !relieve() ? PAUSE_NANOS : LOOK_NANOS;
        }

        /** Nothing waits for it; the next round begins anew. */
        @Override
        public boolean failed(Throwable cause) {
            return true;
        }
    }

    /** Demotes until the low watermark is reached, or all were tried. Returns whether any was demoted. */
    private boolean relieve() {
        boolean any = store.arena.giveBackPooled() > 0;
        for (ClosedEpoch epoch : store.closedEpochs.all()) {
            if (runner.isClosing() || store.arena.usedBytes() <= lowBytes) {
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
            long word = store.registry.laWord(epoch.slabId(index));
            if (Registry.state(word) == Registry.RESIDENT
                    && FrameTable.state(store.table.lvState((int) Registry.location(word))) == FrameTable.SEALED) {
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
        } catch (Throwable e) {
            // An Error of the tier, too, is an outcome of this epoch's demotion only.
            if (!runner.isClosing()) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        () -> "epoch " + epoch + " stays in DRAM, which is short: " + e.getMessage());
            }
            return false;
        }
    }

    /** Looks now whether memory is short. */
    void look() {
        runner.signal();
    }

    /** Begins no further demotion. */
    void stop() {
        store.arena.onGrantAbove(Long.MAX_VALUE, () -> {});
        runner.stop();
    }

    /** Ends after the demotion that is under way; the tier, closed before, no longer lets it wait. */
    @Override
    public void close() {
        stop();
        runner.close();
    }
}
