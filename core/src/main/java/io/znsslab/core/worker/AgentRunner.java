package io.znsslab.core.worker;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The thread of an {@link Agent}: starts it, has it work and wait in turn, ends it, and deals with what it throws; see
 * the package's description. Thread-safe.
 */
public final class AgentRunner implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(AgentRunner.class.getName());
    /** How long an agent that goes on after a failure is left alone. */
    private static final long PAUSE_AFTER_FAILURE_NANOS = 50_000_000;

    private final Agent agent;
    private final EventCount events;
    private final Thread thread;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    /** What {@link Agent#begin} threw. */
    private volatile @Nullable Throwable notBegun;
    /** Whether the last work failed as well; of the agent's thread. */
    private boolean failing;

    /** The thread of an agent, which other code knows by this type. */
    private static final class AgentThread extends Thread {
        private final boolean mayWait;

        AgentThread(Runnable task, Agent agent) {
            super(null, task, agent.name(), 0, false);
            mayWait = agent.mayWait();
            setDaemon(true);
        }
    }

    /** A runner for an agent that parks when it waits. Nothing runs before {@link #start}. */
    public AgentRunner(Agent agent) {
        this(agent, null);
    }

    /**
     * A runner for an agent that waits by other means.
     *
     * @param wakeUp ends such a wait, or the next one; may be called as soon as the agent has begun to wait
     */
    public AgentRunner(Agent agent, @Nullable Runnable wakeUp) {
        this.agent = agent;
        events = new EventCount(wakeUp);
        thread = new AgentThread(this::run, agent);
    }

    /** Starts the thread and waits until the agent has begun; throws what {@link Agent#begin} threw. */
    public void start() {
        thread.start();
        awaitBeginning();
        switch (notBegun) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    private void awaitBeginning() {
        boolean interrupted = false;
        while (begun.getCount() > 0) {
            try {
                begun.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes the agent if it waits; else it looks for work once more before it waits. */
    public void signal() {
        events.signal();
    }

    /** Whether {@link #close} was called: what is asked of the agent from then on may be refused. */
    public boolean isClosing() {
        return closing;
    }

    /** Why the agent has ended by itself; null if it has not. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Whether the caller is the agent. */
    public boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    /** Whether the caller runs on the thread of an agent, and must not wait for what agents do. */
    public static boolean isOnAgentThread() {
        return Thread.currentThread() instanceof AgentThread thread && !thread.mayWait;
    }

    /**
     * Throws if the caller runs on the thread of an agent.
     *
     * @param attempt what it must not do there, to begin the sentence with: "the allocator can't be closed"
     */
    public static void requireNoAgentThread(String attempt) {
        if (isOnAgentThread()) {
            throw new IllegalStateException(
                    ("%s on the thread %s, for which that may have to wait: do it on another thread,"
                                    + " or in a continuation of a future")
                            .formatted(attempt, Thread.currentThread().getName()));
        }
    }

    private void run() {
        try {
            agent.begin();
        } catch (Throwable e) {
            notBegun = e;
            failure = e;
            return;
        } finally {
            begun.countDown();
        }
        try {
            while (!isOver()) {
                turn();
            }
        } finally {
            end();
        }
    }

    private void end() {
        try {
            agent.end();
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.ERROR, agent.purpose() + " has not ended in good order: " + e, e);
        }
    }

    /** The closing is read after the wait was prepared: one that comes later ends that wait. */
    private boolean isOver() {
        events.prepareWait();
        return failure != null || (closing && !agent.hasWork());
    }

    private void turn() {
        try {
            long rest = agent.work();
            failing = false;
            if (rest != Agent.BUSY) {
                agent.await(events, rest);
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        boolean goesOn = goesOnAfter(cause);
        if (!goesOn) {
            failure = cause;
        }
        if (!failing || !goesOn) {
            failing = true;
            tell(cause, goesOn);
        }
        if (goesOn && !closing) {
            events.await(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    private boolean goesOnAfter(Throwable cause) {
        try {
            return agent.failed(cause);
        } catch (Throwable another) {
            cause.addSuppressed(another);
            return false;
        }
    }

    private void tell(Throwable cause, boolean goesOn) {
        String outcome = goesOn ? " was disturbed and goes on: " : " has stopped: ";
        try {
            LOGGER.log(System.Logger.Level.ERROR, agent.purpose() + outcome + cause, cause);
        } catch (Throwable another) {
            // There may be no memory to say it with; what is asked of a stopped agent says it again.
            cause.addSuppressed(another);
        }
    }

    /**
     * Has the agent finish what it says must be done, and waits for its end. An interrupt does not cut this short and
     * is kept. Closing again does nothing but wait.
     *
     * @throws IllegalStateException on the agent's own thread, which would wait for itself; then nothing has happened
     */
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

    /**
     * Has the agent end as {@link #close} does, and does not wait for it.
     *
     * @throws IllegalStateException on the agent's own thread
     */
    public void stop() {
        if (isOwnThread()) {
            throw new IllegalStateException(agent.purpose() + " can't be closed by its own thread, " + thread.getName()
                    + ", which would wait for itself");
        }
        closing = true;
        events.signal();
    }
}
