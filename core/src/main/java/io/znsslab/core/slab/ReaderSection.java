package io.znsslab.core.slab;

/**
 * A short stretch of code in which a thread uses slabs of any stripe: no frame that it found by the registry is given
 * to another slab or back to the operating system before the section ends.
 *
 * <p>Costs a full fence. A section is short, since closings wait for it: no code of a user runs in one. A read
 * callback, which may last, is a look ({@link Looks}).
 */
public final class ReaderSection {
    private static final int OWNED = -1;

    private final Stripes stripes;
    private final GracePeriod grace;
    private volatile boolean shutDown;

    /** Makes sections that this grace period waits for. */
    public ReaderSection(Stripes stripes, GracePeriod grace) {
        this.stripes = stripes;
        this.grace = grace;
    }

    /**
     * Begins a section; {@link #exit} takes the token returned.
     *
     * @throws IllegalStateException if the allocator is closed
     */
    public int enter(Thread thread) {
        int token = OWNED;
        Stripe own = stripes.own(thread);
        if (own != null) {
            own.enterReading();
        } else {
            token = grace.lvPhase();
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

    /** Ends the section that {@code token} is of. */
    public void exit(Thread thread, int token) {
        if (token == OWNED) {
            stripes.at(thread.threadId()).exitReading();
        } else {
            stripes.sharedBy(thread).exitSharedReading(token);
        }
    }
}
