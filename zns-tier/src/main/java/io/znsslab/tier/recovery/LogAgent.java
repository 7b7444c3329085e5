package io.znsslab.tier.recovery;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.EventCount;
import io.znsslab.core.worker.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The agent of the log: has a group written for all that was asked for since the last one, and a piece of the next
 * region after each. Whatever goes wrong with a group fails the requests that wait for it, and nothing else. Any thread
 * may ask.
 */
final class LogAgent implements Agent, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(LogAgent.class.getName());
    /** How often the agent tries again to give an answer that it could not give, since the heap is full. */
    private static final int MOST_ANSWERS = 500;

    private static final long PAUSE_NANOS = 10_000_000;

    private final LogDevice device;
    private final Consumer<LogRequest> group;
    private final BooleanSupplier piece;
    private final Inbox<LogRequest> inbox = new Inbox<>();
    private final AgentRunner runner;

    /** The requests that were taken from the inbox and are not answered yet; only the agent's thread uses it. */
    private LogRequest taken;

    /**
     * @param device has no queue before the agent begins, and after it has ended
     * @param group writes a group for the first of several requests, which leads to the others
     * @param piece writes a piece of the next region; returns false if there is none to write, or none before a write
     *     is complete
     */
    LogAgent(LogDevice device, Consumer<LogRequest> group, BooleanSupplier piece) {
        this.device = device;
        this.group = group;
        this.piece = piece;
        runner = new AgentRunner(this, device::wake);
    }

    void start() {
        runner.start();
    }

    /** Asks for something to be made durable. The future completes on the agent's thread. */
    CompletableFuture<Void> request(LogRequest request) {
        if (inbox.add(request)) {
            runner.signal();
        } else {
            refuse(request);
        }
        return request.done;
    }

    private void refuse(LogRequest request) {
        Throwable cause = runner.failure();
        String reason = cause == null ? " is closed" : " has stopped: " + cause;
        answer(request, new ZnsSlabException("the log of " + device.name() + reason, cause));
    }

    @Override
    public String name() {
        return "zns-slab-log";
    }

    @Override
    public String purpose() {
        return "the log of " + device.name();
    }

    @Override
    public void begin() {
        device.openQueue();
    }

    @Override
    public long work() {
        if (taken == null) {
            taken = inbox.take();
        }
        boolean asked = taken != null;
        if (asked) {
            writeGroup();
        }
        return piece.getAsBoolean() || asked ? BUSY : UNTIL_SIGNALLED;
    }

    private void writeGroup() {
        try {
            group.accept(taken);
        } catch (ZnsSlabException e) {
            // The failure is an answer like others: a device that is full, for example.
            answerTaken(e);
        }
        answerTaken(null);
    }

    /** Waits for writes of the next region as well. */
    @Override
    public void await(EventCount events, long nanos) {
        if (events.beginWait()) {
            device.await();
        }
    }

    @Override
    public boolean hasWork() {
        return taken != null || !inbox.isEmpty();
    }

    @Override
    public boolean failed(Throwable cause) {
        answerTaken(cause);
        return true;
    }

    @Override
    public void end() {
        LogRequest request = inbox.close();
        while (request != null) {
            LogRequest first = request;
            request = Inbox.unlink(first);
            refuse(first);
        }
        device.closeQueue();
    }

    private void answerTaken(Throwable failure) {
        while (taken != null) {
            LogRequest request = taken;
            taken = Inbox.unlink(request);
            answer(request, failure);
        }
    }

    /**
     * Answers a request. Where even that can't be done, since the heap is full, the agent tries again a little later.
     */
    private void answer(LogRequest request, Throwable failure) {
        for (int tries = 0; ; tries++) {
            try {
                if (failure == null) {
                    request.done.complete(null);
                } else {
                    request.done.completeExceptionally(failure);
                }
                return;
            } catch (RuntimeException | Error e) {
                if (tries == MOST_ANSWERS) {
                    LOGGER.log(
                            System.Logger.Level.ERROR,
                            "what became of a request to the log of " + device.name() + " could not be reported",
                            e);
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Answers the requests that came before, and ends. */
    @Override
    public void close() {
        runner.close();
    }
}
