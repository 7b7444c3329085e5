package io.znsslab.cli.bench.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.ReadListener;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * A store on a freshly formatted device, with epochs of small objects that were filled, and demoted while the clock
 * ran.
 */
final class ColdStore implements AutoCloseable {
    static final int PAYLOAD_BYTES = 120;
    static final int SLAB_BYTES = 4096;
    private static final int OBJECTS_OF_A_SLAB = 31;
    private static final long EPOCH_BYTES = 64L << 20;

    /**
     * What a phase of reading reached.
     *
     * @param perSecond reads
     * @param cpuNanosPerRead processor time of the whole process
     * @param heapBytesPerRead allocated on the Java heap
     */
    record Reading(double perSecond, double cpuNanosPerRead, double heapBytesPerRead) {}

    private final ZnsTier tier;
    private final SlabAllocator allocator;
    private final long[] handles;
    private final List<Long> epochs = new ArrayList<>();

    ColdStore(ZnsTier tier, long bytes) {
        this.tier = tier;
        allocator = SlabAllocator.builder()
                .limitBytes(bytes + bytes / 8 + (64L << 20))
                .coldTier(tier)
                .build();
        handles = new long[Math.toIntExact(bytes / SLAB_BYTES)];
    }

    ZnsTier tier() {
        return tier;
    }

    SlabAllocator allocator() {
        return allocator;
    }

    /** Slabs that were filled. */
    int slabs() {
        return handles.length;
    }

    /** Fills epochs with one object after the other. */
    void fill() {
        for (int slab = 0; slab < handles.length; slab++) {
            if (slab % (EPOCH_BYTES / SLAB_BYTES) == 0) {
                epochs.add(slab == 0 ? allocator.currentEpoch() : allocator.advanceEpoch());
            }
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < OBJECTS_OF_A_SLAB; i++) {
                long handle = allocator.allocate(PAYLOAD_BYTES, epoch);
                if (!Handle.isHandle(handle)) {
                    throw new IllegalStateException("no memory for slab " + slab + " of " + handles.length);
                }
                allocator.resolve(handle).set(ValueLayout.JAVA_LONG, 0, handle);
                handles[slab] = handle;
            }
        }
    }

    /** Demotes all epochs, and waits until all are durable. */
    void demote() {
        List<CompletableFuture<EpochClosing>> closings = new ArrayList<>();
        for (long epoch : epochs) {
            closings.add(allocator.closeEpoch(epoch, Disposition.DEMOTE));
        }
        closings.forEach(CompletableFuture::join);
    }

    /** Reads objects of random slabs, one after the other. */
    Reading readOneByOne(int seconds) {
        SplittableRandom random = new SplittableRandom(7);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(PAYLOAD_BYTES, Long.BYTES);
            ProcessMeter before = ProcessMeter.now();
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            long reads = 0;
            while (System.nanoTime() < end) {
                long handle = handles[random.nextInt(handles.length)];
                check(handle, allocator.read(handle, copy), copy);
                reads++;
            }
            return reading(reads, before);
        }
    }

    /** Reads objects of random slabs, so many at a time. */
    Reading readAtDepth(int depth, int seconds) throws InterruptedException {
        LongAdder reads = new LongAdder();
        CountDownLatch done = new CountDownLatch(depth);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Arena arena = Arena.ofShared()) {
            ProcessMeter before = ProcessMeter.now();
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            for (int i = 0; i < depth; i++) {
                new Reader(arena.allocate(PAYLOAD_BYTES, Long.BYTES), i, end, reads, done, failure).next();
            }
            done.await();
            if (failure.get() != null) {
                throw new IllegalStateException("a cold read failed", failure.get());
            }
            return reading(reads.sum(), before);
        }
    }

    private static Reading reading(long reads, ProcessMeter before) {
        ProcessMeter used = ProcessMeter.now().since(before);
        return new Reading(
                reads * 1e9 / used.nanos(), (double) used.cpuNanos() / reads, (double) used.heapBytes() / reads);
    }

    private static void check(long handle, int copied, MemorySegment copy) {
        if (copied != PAYLOAD_BYTES || copy.get(ValueLayout.JAVA_LONG, 0) != handle) {
            throw new IllegalStateException("handle 0x%x read %d bytes of another object".formatted(handle, copied));
        }
    }

    /** One of those that read at the same time: begins the next read when one ends. */
    private final class Reader implements ReadListener {
        private final MemorySegment copy;
        private final SplittableRandom random;
        private final long end;
        private final LongAdder reads;
        private final CountDownLatch done;
        private final AtomicReference<Throwable> failure;

        Reader(
                MemorySegment copy,
                int number,
                long end,
                LongAdder reads,
                CountDownLatch done,
                AtomicReference<Throwable> failure) {
            this.copy = copy;
            this.random = new SplittableRandom(number);
            this.end = end;
            this.reads = reads;
            this.done = done;
            this.failure = failure;
        }

        void next() {
            long handle = handles[random.nextInt(handles.length)];
            allocator.readAsync(handle, copy, this);
        }

        @Override
        public void readEnded(long handle, int copied, RuntimeException error) {
            try {
                if (error != null) {
                    throw new IllegalStateException("a cold read failed", error);
                }
                check(handle, copied, copy);
                reads.increment();
                if (System.nanoTime() < end) {
                    next();
                    return;
                }
            } catch (RuntimeException e) {
                failure.set(e);
            }
            done.countDown();
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}
