package io.znsslab.core.slab;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ArenaFullException;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads of all kinds at the limit take each other's empty slabs while those come into use again. */
class ReclaimChurnTest {
    private static final int THREADS = 4;
    private static final int PLACES = 2_000;
    private static final long NANOS =
            Duration.ofMillis(Integer.getInteger("churnMillis", 1500)).toNanos();

    private final AtomicLongArray places = new AtomicLongArray(PLACES);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private SlabAllocator allocator;

    @ParameterizedTest
    @EnumSource(Reclamation.class)
    void nothingIsLostOrHandedOutTwice(Reclamation reclamation) throws InterruptedException {
        long seed = System.nanoTime();
        allocator = SlabAllocator.builder()
                .limitBytes(64 * 4096)
                .reclamation(reclamation)
                .build();
        allocator.advanceEpoch();
        List<Thread> threads = new ArrayList<>();
        long deadline = System.nanoTime() + NANOS;
        for (int number = 0; number < THREADS; number++) {
            SplittableRandom random = new SplittableRandom(seed + number);
            Thread.Builder builder = number == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(builder.start(() -> churn(random, deadline)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).as("seed %d", seed).isNull();
        allocator.checkInvariants();
        for (int place = 0; place < PLACES; place++) {
            put(place, 0);
        }
        allocator.checkInvariants();
        allocator.trim();
        assertThat(allocator.arenaUsage().grantedBytes()).isZero();
        allocator.checkInvariants();
        allocator.close();
    }

    private void churn(SplittableRandom random, long deadline) {
        try {
            while (System.nanoTime() < deadline && failure.get() == null) {
                int from = random.nextInt(PLACES);
                int count = random.nextInt(PLACES / 4);
                int bytes = 8 + random.nextInt(8) * 96;
                long epoch = random.nextInt(2);
                boolean frees = random.nextInt(3) == 0;
                for (int index = 0; index < count; index++) {
                    put((from + index) % PLACES, frees ? 0 : allocate(bytes, epoch));
                }
                if (random.nextInt(8) == 0) {
                    allocator.trim();
                }
                if (random.nextInt(8) == 0) {
                    request(bytes);
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Opens and ends an epoch while another thread may search its slabs. */
    private void request(int bytes) {
        try (EpochDomain domain = allocator.openDomain()) {
            for (int object = 0; object < 20; object++) {
                long handle = domain.allocateHandle(bytes);
                MemorySegment payload = domain.resolve(handle);
                payload.set(JAVA_LONG, 0, handle);
                if (object % 3 != 0) {
                    requireIntact(handle);
                    assertThat(allocator.free(handle)).isTrue();
                }
            }
        } catch (ArenaFullException e) {
            assertThat(e).hasMessageContaining("limit");
        }
    }

    private long allocate(int bytes, long epoch) {
        long handle = allocator.allocate(bytes, epoch);
        if (!Handle.isHandle(handle)) {
            assertThat(handle).isEqualTo(Handle.ARENA_FULL);
            return 0;
        }
        allocator.resolve(handle).set(JAVA_LONG, 0, handle);
        return handle;
    }

    private void put(int place, long handle) {
        long before = places.getAndSet(place, handle);
        if (before != 0) {
            requireIntact(before);
            assertThat(allocator.free(before)).isTrue();
        }
    }

    private void requireIntact(long handle) {
        assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
    }
}
