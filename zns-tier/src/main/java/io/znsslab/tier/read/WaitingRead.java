package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A read with a queue of its own, performed by the thread that waits for it. */
final class WaitingRead extends SlabRead implements AutoCloseable {
    private final StagingBuffers buffers;
    private final IoQueue queue;
    private boolean over;
    private ZnsSlabException verdict;

    private WaitingRead(ReadSource source, StagingBuffers buffers, IoQueue queue) {
        super(source, buffers.buffer(0), buffers.view(0), queue);
        this.buffers = buffers;
        this.queue = queue;
    }

    static WaitingRead open(ReadSource source) {
        StagingBuffers buffers = new StagingBuffers(1, source.slabBytes());
        try {
            // Threads take turns.
            IoQueue queue = source.device().openQueue(new IoQueueSettings(1, false, false, List.of(buffers.memory())));
            return new WaitingRead(source, buffers, queue);
        } catch (RuntimeException | Error e) {
            buffers.close();
            throw e;
        }
    }

    /** Reads a slab. Returns null when it is in its destination. */
    ZnsSlabException perform(long slabId, int sizeClass, long location, MemorySegment destination) {
        over = false;
        ZnsSlabException refusal = prepare(slabId, sizeClass, location, destination);
        if (refusal != null) {
            return refusal;
        }
        submit();
        while (!over) {
            queue.await();
        }
        ZnsSlabException outcome = verdict;
        verdict = null;
        return outcome;
    }

    @Override
    void ended(ZnsSlabException outcome) {
        verdict = outcome;
        over = true;
    }

    @Override
    public void close() {
        queue.close();
        buffers.close();
    }
}
