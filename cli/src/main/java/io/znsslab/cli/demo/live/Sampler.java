package io.znsslab.cli.demo.live;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Looks at a run several times a second, on a thread of its own, until it is closed: at once, then after at least a
 * tenth of a second, and so seldom that it takes no more than a fifth of a processor.
 */
public final class Sampler implements AutoCloseable {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int REST_FOR_WORK = 4;

    private final Activity activity;
    private final SlabAllocator allocator;
    private final ZnsTier tier;
    private final Consumer<Frame> consumer;
    private final long startedNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Thread thread;
    private boolean closing;

    /**
     * Begins.
     *
     * @param consumer gets each frame, on the sampler's thread
     */
    public Sampler(Activity activity, SlabAllocator allocator, ZnsTier tier, Consumer<Frame> consumer) {
        this.activity = activity;
        this.allocator = allocator;
        this.tier = tier;
        this.consumer = consumer;
        thread = Thread.ofPlatform().name("sampler").daemon().start(this::run);
    }

    private void run() {
        boolean goOn = true;
        while (goOn) {
            long before = THREADS.getCurrentThreadCpuTime();
            goOn = sample();
            long took = THREADS.getCurrentThreadCpuTime() - before;
            goOn = goOn && rest(Math.max(INTERVAL_NANOS, REST_FOR_WORK * took));
        }
    }

    /** Whether that went well: a device that fails does so in the run, too, which reports it. */
    private boolean sample() {
        try {
            Measured measured = Measured.of(allocator, tier);
            consumer.accept(new Frame(
                    activity.moment(System.nanoTime() - startedNanos, measured),
                    allocator.limitBytes(),
                    tier.device().geometry().zoneCapacityBytes(),
                    activity.latencies().summaries()));
            return true;
        } catch (ZnsSlabException | IllegalStateException e) {
            return false;
        }
    }

    /** Whether to go on. */
    private boolean rest(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!closing && left > 0) {
                left = woken.awaitNanos(left);
            }
            return !closing;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Stops, after one last look. The store has to be open until this returns. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        sample();
    }
}
