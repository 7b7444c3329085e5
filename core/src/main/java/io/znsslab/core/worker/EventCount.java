package io.znsslab.core.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event count with one waiter: lets a thread wait for a condition that others make true without a lock, and lose no
 * notification (Reed and Kanodia, "Synchronization with eventcounts and sequencers", 1979; Vyukov's eventcount has the
 * same three steps).
 *
 * <p>The waiter prepares the wait, looks whether there is anything to do, and waits if there was not. A notifier makes
 * its change first and notifies afterwards. Either the look sees the change, or the wait sees the notification: the
 * package's description lists the interleavings. Since there is one waiter, the count needs three values only.
 *
 * <p>{@link #signal} may be called by any thread. It costs a fence and a load as long as an earlier notification waits
 * to be seen, an atomic exchange otherwise, and a wake-up only while the waiter sleeps. The other methods are the
 * waiter's.
 */
public final class EventCount {
    /** Nothing was notified since the wait was prepared. */
    private static final int QUIET = 0;

    private static final int SIGNALLED = 1;
    /** Quiet, and the waiter sleeps or is about to. */
    private static final int ASLEEP = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(EventCount.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;
    private final @Nullable Runnable wakeUp;
    /** Written before the state becomes {@link #ASLEEP}, and read after it was seen to be. */
    private @Nullable Thread waiter;

    /** An event count whose waiter parks, by {@link #await}. */
    public EventCount() {
        this(null);
    }

    /**
     * An event count whose waiter may wait by other means, between {@link #beginWait} and the next
     * {@link #prepareWait}.
     *
     * @param wakeUp ends that wait, or the next one if it has not begun; null for a waiter that parks
     */
    public EventCount(@Nullable Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    /** Notifies the waiter: it looks again, now or before it sleeps. The change to be seen was made before. */
    public void signal() {
        // The change, whatever wrote it, before the state is read: the look comes after the state was reset.
        VarHandle.fullFence();
        if (state != SIGNALLED && (int) STATE.getAndSet(this, SIGNALLED) == ASLEEP) {
            if (wakeUp != null) {
                wakeUp.run();
            } else {
                LockSupport.unpark(waiter);
            }
        }
    }

    /** Prepares a wait: every change that was notified before is seen by a look after this. */
    public void prepareWait() {
        STATE.getAndSet(this, QUIET);
    }

    /**
     * Announces that the waiter goes to sleep, and that it is to be woken.
     *
     * @return false when there was a notification since the wait was prepared; then the waiter must not sleep
     */
    public boolean beginWait() {
        waiter = Thread.currentThread();
        return STATE.compareAndSet(this, QUIET, ASLEEP);
    }

    /**
     * Waits for a notification since the wait was prepared. An interrupt does not end the wait, and is forgotten: the
     * waiter is a thread whose only orders are notifications.
     *
     * @param nanos to wait at most; {@link Long#MAX_VALUE} for as long as it takes
     */
    public void await(long nanos) {
        if (!beginWait()) {
            return;
        }
        long begun = System.nanoTime();
        long left = nanos;
        while (state == ASLEEP && left > 0) {
            if (Thread.interrupted()) {
                // With the interrupt set, parking would return at once for ever.
                continue;
            }
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
                left = nanos - (System.nanoTime() - begun);
            }
        }
    }

    /** Whether the waiter has announced its sleep and was not notified since. For tests. */
    boolean isAsleep() {
        return state == ASLEEP;
    }
}
