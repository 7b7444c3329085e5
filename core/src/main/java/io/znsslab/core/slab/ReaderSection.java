package io.znsslab.core.slab;

/**
 * A thread's look at slabs that may be anybody's: as long as it lasts, no frame it found by the registry is given to another slab or back to the operating system.
 *
 * <p>Costs a full fence. Must be short, since closings wait for it.
 */
public final class ReaderSection {
    private final Stripes stripes;
    private final GracePeriod grace;

    /** Sections that this grace period waits for. */
    public ReaderSection(Stripes stripes, GracePeriod grace) {
        this.stripes = stripes;
        this.grace = grace;
    }

    /** Begins one; its answer ends it. */
    public int enter(Thread thread) {
        Stripe own = stripes.own(thread);
        if (own != null) {
            own.enterReading();
            return -1;
        }
        int phase = grace.phase();
        stripes.sharedBy(thread).enterSharedReading(phase);
        return phase;
    }

    /** Ends the one that {@code token} began. */
    public void exit(Thread thread, int token) {
        if (token < 0) {
            stripes.at(thread.threadId()).exitReading();
        } else {
            stripes.sharedBy(thread).exitSharedReading(token);
        }
    }

    /** Whether the thread is known to be within a section, where it must not wait for one to end. */
    public boolean isWithin(Thread thread) {
        Stripe stripe = stripes.at(thread.threadId());
        return stripe.ownerId() == thread.threadId() && stripe.isReading();
    }
}
