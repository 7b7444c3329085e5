package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * The settings of a queue to a device.
 *
 * @param depth most requests in flight, 1 to 4,096
 * @param singleOwner whether only the opening thread will use the queue, which spares the kernel its locks; otherwise
 *     threads may take turns
 * @param wakeable whether {@link IoQueue#wake} may be called
 * @param buffers native memory that most requests will use, in as few pieces as may be, alive for as long as the queue
 *     is open; registered with the kernel where the process may lock it; requests may use other memory too
 */
public record IoQueueSettings(int depth, boolean singleOwner, boolean wakeable, List<MemorySegment> buffers) {
    public IoQueueSettings {
        Objects.requireNonNull(buffers, "buffers must not be null");
        if (depth < 1 || depth > 4096) {
            throw new IllegalArgumentException("queue depth must be 1 to 4096: " + depth);
        }
        buffers = List.copyOf(buffers);
        for (MemorySegment memory : buffers) {
            if (!memory.isNative()) {
                throw new IllegalArgumentException("a queue's buffers can't be heap memory: must be native");
            }
        }
    }
}
