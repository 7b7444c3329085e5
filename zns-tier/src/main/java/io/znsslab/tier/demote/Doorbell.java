package io.znsslab.tier.demote;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * By which others have the writing thread look again for what it can do, and tell it to end.
 *
 * <p>The thread begins a look, and lies down when there was nothing to do. Whatever is rung or closed after the look began keeps it from lying down, or gets it up again. All of it is one
 * word: were the closing another one, a look might take back the ring of a closing that it has not seen, and sleep for ever.
 *
 * <p>Thread-safe; a look and the sleep after it are the writing thread's.
 */
final class Doorbell {
    private static final int RUNG = 1;
    private static final int CLOSED = 2;
    private static final int ASLEEP = 4;

    private final AtomicInteger word = new AtomicInteger();
    private final Runnable getUp;

    /**
     * A doorbell that nobody has rung.
     *
     * @param getUp ends the sleep of the thread, or the next one if it is not asleep yet
     */
    Doorbell(Runnable getUp) {
        this.getUp = getUp;
    }

    /** Something changed. */
    void ring() {
        set(RUNG);
    }

    /** The thread is to end once nothing is left to do. */
    void close() {
        set(RUNG | CLOSED);
    }

    private void set(int bits) {
        // captures nothing, so that a ring leaves nothing on the heap
        int before = word.getAndAccumulate(bits, (seen, added) -> seen | added);
        if ((before & ASLEEP) != 0) {
            getUp.run();
        }
    }

    /** Whether it was closed. */
    boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    /**
     * Begins a look: all that was rung before is in it.
     *
     * @return whether it was closed before
     */
    boolean beginLook() {
        return (word.getAndUpdate(seen -> seen & ~RUNG) & CLOSED) != 0;
    }

    /** Announces the sleep, unless somebody rang since the look began. */
    boolean lieDown() {
        int seen = word.get();
        return (seen & RUNG) == 0 && word.compareAndSet(seen, seen | ASLEEP);
    }

    /** Ends the sleep. */
    void standUp() {
        word.getAndUpdate(seen -> seen & ~ASLEEP);
    }
}
