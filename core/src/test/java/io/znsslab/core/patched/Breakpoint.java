package io.znsslab.core.patched;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A place in patched code where the first thread that arrives waits until the test releases it. The patched classes and
 * the test find it by its name.
 *
 * <p>Thread-safe.
 */
public final class Breakpoint implements AutoCloseable {
    private static final Map<String, Breakpoint> ARMED = new ConcurrentHashMap<>();
    private static final int SECONDS = 20;

    private final String name;
    private final AtomicInteger passes;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Breakpoint(String name, int passes) {
        this.name = name;
        this.passes = new AtomicInteger(passes);
    }

    /** Arms the breakpoint. */
    public static Breakpoint at(String name) {
        return at(name, 0);
    }

    /** Arms the breakpoint for the thread that arrives after so many have passed. */
    public static Breakpoint at(String name, int passes) {
        Breakpoint breakpoint = new Breakpoint(name, passes);
        if (ARMED.putIfAbsent(name, breakpoint) != null) {
            throw new IllegalStateException("the breakpoint \"" + name + "\" is armed already");
        }
        return breakpoint;
    }

    /** Called by patched code. */
    public static void reach(String name) {
        Breakpoint breakpoint = ARMED.get(name);
        if (breakpoint != null && breakpoint.passes.getAndDecrement() <= 0 && ARMED.remove(name, breakpoint)) {
            breakpoint.reached.countDown();
            await(breakpoint.released, "the release of", name);
        }
    }

    /** Waits until a thread has arrived. */
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
                        "waited " + SECONDS + " s in vain for " + what + " the breakpoint \"" + name + "\"");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted at the breakpoint \"" + name + "\"", e);
        }
    }

    /** Lets the thread go on, or disarms the breakpoint. */
    @Override
    public void close() {
        ARMED.remove(name, this);
        release();
    }
}
