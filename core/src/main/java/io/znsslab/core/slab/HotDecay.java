package io.znsslab.core.slab;

import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The agent that gives back what parked places keep hot, once their threads open no further epoch there; the term is
 * jemalloc's, whose unused pages decay. Started by the first domain that may leave something hot. It looks once a
 * period as long as there is something, and sleeps until signalled when there is not.
 *
 * <p>It does its work under the lock that visitors hold, place by place: a reclaim finds each place parked or its
 * memory given back, never in between.
 */
public final class HotDecay implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(HotDecay.class.getName());

    /** A place is evicted when it has been parked for one whole period, so before it was for two. */
    private static final long PERIOD_NANOS = 100_000_000;

    private final HotBudget budget;
    private final RetainedEpochs retained;
    private final EpochGate gate;
    private final ReentrantLock visiting;
    private final AgentRunner runner = new AgentRunner(new Decaying());
    private final ReentrantLock starting = new ReentrantLock();
    /** Whether the agent was started, or is never to be. */
    private volatile boolean settled;
    /** Whether the agent sleeps, or is about to, until a share is given. */
    private volatile boolean dormant;

    /** An agent that is not started. */
    public HotDecay(OpenSlabs open, HotBudget budget, RetainedEpochs retained) {
        this.budget = budget;
        this.retained = retained;
        this.gate = open.gate();
        this.visiting = open.stripes().visiting();
    }

    /**
     * Starts the agent, if it is not yet, and lets places keep memory from then on. Where the system has no thread for
     * it, none ever does.
     */
    public void start() {
        if (!settled) {
            StackReserve.forEntry();
            startOnce();
        }
    }

    private void startOnce() {
        starting.lock();
        try {
            if (settled) {
                return;
            }
            settled = true;
            runner.start();
            budget.open(this::wakeUp);
        } catch (OutOfMemoryError noThread) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "domains keep no memory for the next ones, since the thread that gives it back can't be started: "
                            + noThread);
        } finally {
            starting.unlock();
        }
    }

    /** After a share was given while there was none: either the agent saw it before it slept, or this sees it sleep. */
    private void wakeUp() {
        if (dormant) {
            runner.signal();
        }
    }

    /** Ends the agent after the work under way; places get no shares any more. */
    @Override
    public void close() {
        starting.lock();
        try {
            settled = true;
            budget.open(null);
            runner.close();
        } finally {
            starting.unlock();
        }
    }

    private void giveBackIdle() {
        for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
            if (budget.isIdle(ringIndex)) {
                giveBack(ringIndex);
            }
        }
    }

    private void giveBack(int ringIndex) {
        visiting.lock();
        try {
            if (EpochGate.isParked(gate.lvOpenEpoch(ringIndex))) {
                var _ = retained.evict(null, ringIndex);
            } else {
                budget.releaseIdle(ringIndex);
            }
        } finally {
            visiting.unlock();
        }
    }

    /** The work of the thread. */
    private final class Decaying implements Agent {
        private long lastTick;
        private int period;

        @Override
        public String name() {
            return "zns-slab-decay";
        }

        @Override
        public String purpose() {
            return "the return of memory that domains have left";
        }

        @Override
        public void begin() {
            lastTick = System.nanoTime();
        }

        @Override
        public long work() {
            if (budget.reservedFrames() == 0) {
                dormant = true;
                if (budget.reservedFrames() == 0) {
                    return UNTIL_SIGNALLED;
                }
            }
            if (dormant) {
                dormant = false;
                lastTick = System.nanoTime();
            }
            long left = PERIOD_NANOS - (System.nanoTime() - lastTick);
            if (left > 0) {
                return left;
            }
            lastTick = System.nanoTime();
            budget.beginPeriod(++period);
            giveBackIdle();
            return PERIOD_NANOS;
        }

        /** What was given back has gone, and the next round finds the rest. */
        @Override
        public boolean failed(Throwable cause) {
            return true;
        }
    }
}
