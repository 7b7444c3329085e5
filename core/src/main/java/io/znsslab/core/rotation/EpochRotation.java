package io.znsslab.core.rotation;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a new epoch of an allocator each period or each so many bytes, and closes former ones, as its
 * {@link RotationPolicy} says. Thread-safe.
 *
 * <p>A thread of its own does that. Where it is late, by some scheduling of the operating system or since opening an
 * epoch waits for the device, allocations go on in the epoch before. Where an epoch can't be opened since no place in
 * the ring is free, they do too: the log says so, and the thread tries again.
 *
 * <p>It is closed before its allocator. If that is closed first, no epoch follows, and {@link #close} ends the thread.
 */
public final class EpochRotation implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(EpochRotation.class.getName());

    /** One epoch of the rotation, and what was allocated there. */
    private static final class Turn {
        private final long epoch;
        private final long begun;
        private final AtomicLong bytes = new AtomicLong();
        private volatile boolean over;

        Turn(long epoch, long begun) {
            this.epoch = epoch;
            this.begun = begun;
        }
    }

    private final SlabAllocator allocator;
    private final RotationPolicy policy;
    private final LongSupplier nanoTime;
    private final long periodNanos;
    private final AgentRunner runner = new AgentRunner(new Rotating());
    private final ReentrantLock rotating = new ReentrantLock();

    // under the lock
    private final Deque<Long> former = new ArrayDeque<>();
    private boolean closed;

    private volatile Turn turn;
    private volatile CompletableFuture<@Nullable EpochClosing> lastClosing = CompletableFuture.completedFuture(null);

    private EpochRotation(SlabAllocator allocator, RotationPolicy policy, LongSupplier nanoTime) {
        this.allocator = allocator;
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.periodNanos = policy.period().compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0
                ? policy.period().toNanos()
                : Long.MAX_VALUE;
        this.turn = new Turn(allocator.advanceEpoch(policy.options()), nanoTime.getAsLong());
    }

    /**
     * Opens the first epoch of a rotation, which is the allocator's current one then, and starts the thread. The epoch
     * that was current stays open.
     *
     * @throws io.znsslab.core.EpochOpenException if no place in the ring is free
     * @throws IllegalStateException if the allocator is closed, or former epochs are to be demoted and it has no cold
     *     tier
     */
    public static EpochRotation start(SlabAllocator allocator, RotationPolicy policy) {
        return start(allocator, policy, System::nanoTime);
    }

    /** The same by another clock. For tests. */
    static EpochRotation start(SlabAllocator allocator, RotationPolicy policy, LongSupplier nanoTime) {
        Objects.requireNonNull(allocator, "allocator must not be null");
        Objects.requireNonNull(policy, "policy must not be null");
        if (policy.disposition() == Disposition.DEMOTE && !allocator.hasColdTier()) {
            throw new IllegalStateException(
                    "no epoch can be demoted: the allocator has no cold tier; give one to its builder");
        }
        EpochRotation rotation = new EpochRotation(allocator, policy, nanoTime);
        rotation.runner.start();
        return rotation;
    }

    /** The number of the epoch that takes allocations now. By the time it is used, another may. */
    public long epoch() {
        return turn.epoch;
    }

    /** What it goes by. */
    public RotationPolicy policy() {
        return policy;
    }

    /**
     * Allocates an object in the current epoch, and in the next one if that has ended meanwhile.
     *
     * @return as {@link SlabAllocator#allocate(long, long)}; {@link Handle#EPOCH_CLOSED} after {@link #close} only
     * @throws IllegalArgumentException if no slab holds that much
     * @throws io.znsslab.core.EpochOpenException if another caller has closed the current epoch, and no next one can be
     *     opened
     */
    public long allocate(long payloadBytes) {
        while (true) {
            Turn current = turn;
            long answer = allocator.allocate(payloadBytes, current.epoch);
            if (Handle.isHandle(answer)) {
                count(current, payloadBytes);
                return answer;
            }
            if (answer != Handle.EPOCH_CLOSED || !isFollowed(current)) {
                return answer;
            }
        }
    }

    private void count(Turn current, long payloadBytes) {
        if (policy.bytes() != Long.MAX_VALUE
                && current.bytes.addAndGet(payloadBytes) >= policy.bytes()
                && !current.over) {
            current.over = true;
            runner.signal();
        }
    }

    /** Whether another turn has followed, or does now. */
    private boolean isFollowed(Turn current) {
        rotating.lock();
        try {
            if (turn == current && !closed) {
                openNext();
            }
            return turn != current;
        } finally {
            rotating.unlock();
        }
    }

    /**
     * Begins a new epoch now, whatever the policy says about when.
     *
     * @return its number
     * @throws io.znsslab.core.EpochOpenException if no place in the ring is free
     * @throws IllegalStateException if the rotation or the allocator is closed
     */
    public long rotate() {
        rotating.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the rotation is closed: no epoch follows " + turn.epoch);
            }
            openNext();
            return turn.epoch;
        } finally {
            rotating.unlock();
        }
    }

    /** Under the lock. */
    private void openNext() {
        Turn before = turn;
        turn = new Turn(allocator.advanceEpoch(policy.options()), nanoTime.getAsLong());
        former.add(before.epoch);
        while (former.size() > policy.keptOpen()) {
            closeFormer(former.element());
            former.remove();
        }
    }

    /** Under the lock. */
    private void closeFormer(long epoch) {
        // One that is only looked at may be taken for one that could also end with null.
        @SuppressWarnings("NullAway")
        CompletableFuture<@Nullable EpochClosing> closing = allocator.closeEpoch(epoch, policy.disposition());
        lastClosing = closing;
        var _ = closing.whenComplete((_, failure) -> {
            if (failure != null) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        () -> "epoch " + epoch + " of a rotation stays in DRAM: " + failure.getMessage());
            }
        });
    }

    /**
     * The outcome of the closing that was begun last; of {@link Disposition#DEMOTE}, when it completes that epoch is
     * durable. Complete, with null, if none was begun yet.
     */
    public CompletableFuture<@Nullable EpochClosing> lastClosing() {
        return lastClosing;
    }

    /** Looks at the clock now. For tests. */
    void look() {
        runner.signal();
    }

    /** The work of the thread. */
    private final class Rotating implements Agent {
        @Override
        public String name() {
            return "zns-slab-rotation";
        }

        @Override
        public String purpose() {
            return "the rotation of epochs";
        }

        /** It waits for the tier, where that takes no more for the moment; nothing waits for it but the closing. */
        @Override
        public boolean mayWait() {
            return true;
        }

        @Override
        public long work() {
            rotating.lock();
            try {
                if (closed) {
                    return UNTIL_SIGNALLED;
                }
                if (turn.over || elapsed() >= periodNanos) {
                    openNext();
                }
                return periodNanos == Long.MAX_VALUE ? UNTIL_SIGNALLED : Math.max(1, periodNanos - elapsed());
            } catch (IllegalStateException e) {
                if (isAllocatorOpen()) {
                    throw e;
                }
                closed = true;
                return UNTIL_SIGNALLED;
            } finally {
                rotating.unlock();
            }
        }

        private long elapsed() {
            return nanoTime.getAsLong() - turn.begun;
        }

        /** The epoch before takes the allocations; the next look begins anew. */
        @Override
        public boolean failed(Throwable cause) {
            return true;
        }
    }

    private boolean isAllocatorOpen() {
        try {
            return allocator.newestEpoch() >= 0;
        } catch (IllegalStateException closedAllocator) {
            return false;
        }
    }

    /**
     * Ends the rotation: the epochs that it has open, the current one included, are closed by the policy's disposition,
     * for which {@link #lastClosing} can be waited. Closing again does nothing.
     */
    @Override
    public void close() {
        runner.close();
        rotating.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            former.add(turn.epoch);
            while (isAllocatorOpen() && !former.isEmpty()) {
                closeFormer(former.remove());
            }
        } finally {
            rotating.unlock();
        }
    }
}
