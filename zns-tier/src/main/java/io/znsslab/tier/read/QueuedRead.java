package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.StagingBuffers;
import java.util.concurrent.BlockingQueue;

/** A read by the reading thread, for a thread that does not wait for it. */
final class QueuedRead extends SlabRead implements Inbox.Message<QueuedRead> {
    private static final System.Logger LOGGER = System.getLogger(QueuedRead.class.getName());

    private final ReadCounters counters;
    private final ReadsInFlight inFlight;
    private final BlockingQueue<QueuedRead> free;

    /** Told when the read is over. */
    ColdTier.Listener listener;
    /** The next on the way to the reading thread, or among those that joined the same read. */
    private QueuedRead next;
    /** Whether it was submitted, or joined to one that was, and is not over; of the reading thread. */
    boolean underWay;
    /** Of {@link ReadsInFlight}. */
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
        // A read that comes from now on, of a listener for one, is a new one.
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
        ColdTier.Listener told = listener;
        listener = null;
        underWay = false;
        // Given back first: a listener that reads on finds a buffer.
        free.add(this);
        try {
            told.readEnded(verdict);
        } catch (Throwable e) {
            // Its own affair: other reads go on.
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
