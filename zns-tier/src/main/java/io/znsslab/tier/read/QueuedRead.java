package io.znsslab.tier.read;

import io.znsslab.core.ColdTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.StagingBuffers;
import java.util.concurrent.BlockingQueue;

/** A read by the reading thread, for somebody who does not wait for it. */
final class QueuedRead extends SlabRead {
    private final ReadCounters counters;
    private final ReadsInFlight inFlight;
    private final BlockingQueue<QueuedRead> free;

    /** Told when the read is over. */
    ColdTier.Listener listener;
    /** The next on the way to the reading thread, or among those that joined the same read. */
    QueuedRead next;
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
        // Who comes from now on, a continuation for one, reads anew.
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
        // Given back first: who is told and reads on finds a buffer.
        free.add(this);
        told.readEnded(verdict);
    }
}
