package io.znsslab.cli.bench.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.latency.LatencyHistogram;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long a pair of allocate and free takes at worst, alone and while another thread fills and demotes epochs. */
final class TailUnderDemotion {
    private static final int EPOCH_OBJECTS = 1 << 18;
    private static final int PAYLOAD_BYTES = 120;

    private final SlabAllocator allocator;
    private final long epoch;

    TailUnderDemotion(SlabAllocator allocator) {
        this.allocator = allocator;
        this.epoch = allocator.advanceEpoch("pairs");
    }

    /** 99.9 % of pairs take no longer than this, in nanoseconds. */
    long alone(int seconds) {
        return p999(seconds);
    }

    /** The same, with a second thread at work that fills epochs and demotes them. */
    long besideDemotion(int seconds) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread worker = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                fillAndDemote();
            }
        });
        long result = p999(seconds);
        stop.set(true);
        worker.join();
        return result;
    }

    private void fillAndDemote() {
        long filled = allocator.advanceEpoch("demoted");
        for (int i = 0; i < EPOCH_OBJECTS; i++) {
            if (!Handle.isHandle(allocator.allocate(PAYLOAD_BYTES, filled))) {
                throw new IllegalStateException("no memory for an epoch of " + EPOCH_OBJECTS + " objects");
            }
        }
        allocator.closeEpoch(filled, Disposition.DEMOTE).join();
        allocator.closeEpoch(filled, Disposition.DISCARD).join();
    }

    private long p999(int seconds) {
        LatencyHistogram pairs = new LatencyHistogram();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        for (long before = System.nanoTime(); before < end; ) {
            if (!allocator.free(allocator.allocate(PAYLOAD_BYTES, epoch))) {
                throw new IllegalStateException("a new object could not be freed");
            }
            long after = System.nanoTime();
            pairs.record(after - before);
            before = System.nanoTime();
        }
        return pairs.summary().p999Nanos();
    }
}
