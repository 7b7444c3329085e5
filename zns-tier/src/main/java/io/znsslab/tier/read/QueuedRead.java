package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.staging.StagingBuffers;
import java.util.concurrent.BlockingQueue;

/** A read by the reader thread, for a caller that does not wait for it. */
final class QueuedRead extends SlabRead implements Inbox.Message<QueuedRead> {
    private static final System.Logger LOGGER = System.getLogger(QueuedRead.class.getName());

    private final ReadCounters counters;
    private final ReadsInFlight inFlight;
    private final BlockingQueue<QueuedRead> free;

    /** Called when the read is over. */
    ColdTier.TicketListener listener;
    /** For the listener. */
    long ticket;
    /** The next in the inbox, or among the reads that joined the same one. */
    private QueuedRead next;
    /** Whether it was submitted, or joined to a submitted one, and has not ended; used by the reader thread only. */
    boolean underWay;
    /** The next in a bucket of {@link ReadsInFlight}. */
    QueuedRead nextInBucket;
    /** Reads of the same slab that wait for this one: a list by {@link #next}. */
    QueuedRead joined;

    QueuedRead(
            ReadSource source,
            StagingBuffers buffers,
            int index,
            ReadsInFlight inFlight,
            BlockingQueue<QueuedRead> free,
            IoQueue queue) {
        super(source, buffers.buffer(index), buffers.view(index), queue);
        counters = source.counters();
        this.inFlight = inFlight;
        this.free = free;
    }

    @Override
    void passOn(ZnsSlabException verdict) {
        // Removed before the listeners are called: a read that a listener starts is a new one.
        inFlight.remove(this);
        QueuedRead follower = joined;
        joined = null;
        while (follower != null) {
            QueuedRead following = follower.next;
            follower.next = null;
            counters.sharedReads.increment();
            follower.finish(verdict, this);
            follower = following;
        }
    }

    @Override
    void ended(ZnsSlabException verdict) {
        ColdTier.TicketListener called = listener;
        long calledWith = ticket;
        listener = null;
        underWay = false;
        // The buffer is freed first: a listener that reads on finds one.
        free.add(this);
        try {
            called.readEnded(calledWith, verdict);
        } catch (Throwable e) {
            // A listener's failure does not concern other reads.
            LOGGER.log(System.Logger.Level.ERROR, "the listener of a read failed: " + e, e);
        }
    }

    @Override
    public QueuedRead next() {
        return next;
    }

    @Override
    public void next(QueuedRead read) {
        next = read;
    }
}
