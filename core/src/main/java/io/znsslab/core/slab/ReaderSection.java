package io.znsslab.core.slab;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread's look at slabs that may be anybody's: as long as it lasts, no frame it found by the registry is given to another slab or back to the operating system.
 *
 * <p>Costs a full fence. Must be short, since closings wait for it.
 */
public final class ReaderSection {
    private static final int OWNED = -1;
    private static final ScopedValue<Boolean> IN_CALLBACK = ScopedValue.newInstance();

    private final Stripes stripes;
    private final GracePeriod grace;
    private final AtomicInteger callbacks = new AtomicInteger();
    private volatile boolean shutDown;

    /** Sections that this grace period waits for. */
    public ReaderSection(Stripes stripes, GracePeriod grace) {
        this.stripes = stripes;
        this.grace = grace;
    }

    /**
     * Begins one; its answer ends it.
     *
     * @throws IllegalStateException if the allocator is closed
     */
    public int enter(Thread thread) {
        int token = OWNED;
        Stripe own = stripes.own(thread);
        if (own != null) {
            own.enterReading();
        } else {
            token = grace.phase();
            stripes.sharedBy(thread).enterSharedReading(token);
        }
        if (shutDown) {
            exit(thread, token);
            throw new IllegalStateException("the allocator is closed");
        }
        return token;
    }

    /** Lets no section begin any more, and waits until those under way have ended. */
    public void shutDown() {
        shutDown = true;
        grace.awaitReaders();
    }

    /** Throws if no section may begin any more. */
    public void checkOpen() {
        if (shutDown) {
            throw new IllegalStateException("the allocator is closed");
        }
    }

    /** Ends the one that {@code token} began. */
    public void exit(Thread thread, int token) {
        if (token == OWNED) {
            stripes.at(thread.threadId()).exitReading();
        } else {
            stripes.sharedBy(thread).exitSharedReading(token);
        }
    }

    /** Whether the caller is within {@link #runCallback}, where it must not wait for sections to end. */
    public boolean isWithinCallback() {
        return callbacks.get() != 0 && IN_CALLBACK.isBound();
    }

    /**
     * Announces a look at an object's bytes that may last. While it does, no freed slot is handed out again, so that even an object that is freed under the reader keeps its bytes.
     * Before {@link #enter}.
     */
    public void beginCallback() {
        callbacks.getAndIncrement();
    }

    /** Ends the look; after {@link #exit}. True if it was the last under way. */
    public boolean endCallback() {
        return callbacks.decrementAndGet() == 0;
    }

    /** Runs the user's part of a look. */
    public void runCallback(Runnable look) {
        ScopedValue.where(IN_CALLBACK, true).run(look);
    }

    /** Whether some look is under way. Who asks after it found a slot freed knows: a look that saw the object live is among them. */
    boolean anyCallback() {
        return callbacks.get() != 0;
    }
}
