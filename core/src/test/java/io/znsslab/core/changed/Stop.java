package io.znsslab.core.changed;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A place in changed code where the first thread that comes by waits until it is told to go on. Named, since the
 * changed classes and the test find it by name.
 *
 * <p>Thread-safe.
 */
public final class Stop implements AutoCloseable {
    private static final Map<String, Stop> STOPS = new ConcurrentHashMap<>();
    private static final int SECONDS = 20;

    private final String name;
    private final AtomicInteger passes;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Stop(String name, int passes) {
        this.name = name;
        this.passes = new AtomicInteger(passes);
    }

    /** Arms the place. */
    public static Stop at(String name) {
        return at(name, 0);
    }

    /** Arms the place for who comes after so many have passed. */
    public static Stop at(String name, int passes) {
        Stop stop = new Stop(name, passes);
        if (STOPS.putIfAbsent(name, stop) != null) {
            throw new IllegalStateException("stop \"" + name + "\" is armed already");
        }
        return stop;
    }

    /** Called by changed code. */
    public static void reach(String name) {
        Stop stop = STOPS.get(name);
        if (stop != null && stop.passes.getAndDecrement() <= 0 && STOPS.remove(name, stop)) {
            stop.reached.countDown();
            await(stop.released, "the release of", name);
        }
    }

    /** Waits until a thread has come. */
    public void awaitReached() {
        await(reached, "a thread at", name);
    }

    /** Lets the thread go on. */
    public void release() {
        released.countDown();
    }

    private static void await(CountDownLatch latch, String what, String name) {
        try {
            if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "waited " + SECONDS + " s in vain for " + what + " stop \"" + name + "\"");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted at stop \"" + name + "\"", e);
        }
    }

    /** Lets the thread go on, or disarms the place. */
    @Override
    public void close() {
        STOPS.remove(name, this);
        release();
    }
}
