package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.znsslab.core.Disposition;
import io.znsslab.core.ReadListener;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that call a listener, through a real allocator. */
class ListenedReadsTest {
    private static final int PAYLOAD = 1000;
    private static final int OBJECTS = 300;

    private record End(long handle, int copied, RuntimeException failure) {}

    @TempDir
    Path folder;

    private SlabAllocator allocator;
    private final long[] handles = new long[OBJECTS];
    private final Arena arena = Arena.ofShared();
    private final MemorySegment copy = arena.allocate(PAYLOAD, Long.BYTES);
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final ReadListener noting = (handle, copied, failure) -> ends.add(new End(handle, copied, failure));

    @BeforeEach
    void demoteSomeObjects() {
        allocator = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .sizeClasses(PAYLOAD + 8)
                .coldTier(ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(1 << 20, 8)))
                        .open())
                .build();
        for (int i = 0; i < OBJECTS; i++) {
            handles[i] = allocator.allocate(PAYLOAD, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
        }
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
    }

    @AfterEach
    void close() {
        allocator.close();
        arena.close();
    }

    @Test
    void aColdObjectIsCopiedBeforeItsListenerIsCalled() throws InterruptedException {
        for (long handle : handles) {
            allocator.readAsync(handle, copy, noting);
            assertThat(ends.take()).isEqualTo(new End(handle, PAYLOAD, null));
            assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handle);
        }
    }

    @Test
    void theListenerIsCalledAtOnceForStaleHandlesAndObjectsInMemory() {
        allocator.free(handles[5]);
        allocator.readAsync(handles[5], copy, noting);
        assertThat(ends.poll()).isEqualTo(new End(handles[5], -1, null));
        allocator.resolve(handles[6]);
        allocator.readAsync(handles[6], copy, noting);
        assertThat(ends.poll()).isEqualTo(new End(handles[6], PAYLOAD, null));
        assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handles[6]);
    }

    @Test
    void aFailedReadReportsWhyAndAListenerThatThrowsHarmsNoOtherRead() throws InterruptedException {
        try (Arena ownedByThisThread = Arena.ofConfined()) {
            allocator.readAsync(handles[0], ownedByThisThread.allocate(PAYLOAD, Long.BYTES), noting);
            End end = ends.take();
            assertThat(end.copied()).isEqualTo(-1);
            assertThat(end.failure()).isInstanceOf(WrongThreadException.class);
        }
        allocator.readAsync(handles[0], copy, (handle, copied, failure) -> {
            throw new IllegalStateException("a listener that throws");
        });
        allocator.readAsync(handles[1], copy, noting);
        assertThat(ends.take()).isEqualTo(new End(handles[1], PAYLOAD, null));
    }

    @Test
    void aReadWithoutListenerIsRefused() {
        assertThatThrownBy(() -> allocator.readAsync(handles[0], copy, null)).isInstanceOf(NullPointerException.class);
    }

    /** Reads one object after the other; each read begins at the end of the previous one. */
    private final class Chain implements ReadListener {
        private final MemorySegment into = arena.allocate(PAYLOAD, Long.BYTES);
        private final SplittableRandom random;
        private final AtomicInteger left;
        private final CountDownLatch done;
        private final AtomicReference<Throwable> wrong;

        Chain(long seed, AtomicInteger left, CountDownLatch done, AtomicReference<Throwable> wrong) {
            random = new SplittableRandom(seed);
            this.left = left;
            this.done = done;
            this.wrong = wrong;
        }

        void next() {
            allocator.readAsync(handles[random.nextInt(OBJECTS)], into, this);
        }

        @Override
        public void readEnded(long handle, int copied, RuntimeException failure) {
            if (failure != null || copied != PAYLOAD || into.get(JAVA_LONG, 0) != handle) {
                wrong.set(failure != null ? failure : new AssertionError("another object"));
            }
            if (left.decrementAndGet() > 0 && wrong.get() == null) {
                next();
            } else {
                done.countDown();
            }
        }
    }

    private void readInChains(int chains, int reads) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(reads);
        CountDownLatch done = new CountDownLatch(chains);
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        for (int seed = 0; seed < chains; seed++) {
            new Chain(seed, left, done, wrong).next();
        }
        done.await();
        assertThat(wrong.get()).isNull();
    }

    @Test
    void manyReadsAtATimeTakeNothingFromTheHeap() throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readInChains(16, 20_000);
        long before = threads.getTotalThreadAllocatedBytes();
        readInChains(16, 40_000);
        long perRead = (threads.getTotalThreadAllocatedBytes() - before) / 40_000;
        // Any Java object has at least 16 bytes.
        assertThat(perRead).isLessThan(16);
    }
}
