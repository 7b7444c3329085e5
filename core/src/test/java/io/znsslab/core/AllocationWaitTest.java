package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Concurrently;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Allocations that wait for memory. */
class AllocationWaitTest {
    private static final long LIMIT = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(15);

    private static void fill(SlabAllocator allocator, long epoch) {
        long answer;
        do {
            answer = allocator.allocate(760, epoch);
        } while (Handle.isHandle(answer));
        assertThat(answer).isEqualTo(Handle.ARENA_FULL);
    }

    @Test
    void anAllocationWaitsUntilAnotherThreadMakesRoom() {
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build()) {
            fill(allocator, 0);
            long next = allocator.advanceEpoch();
            AtomicReference<Thread> waiter = new AtomicReference<>();
            Concurrently<Long> waiting = Concurrently.start(() -> {
                waiter.set(Thread.currentThread());
                return allocator.allocate(100, next, LONG);
            });
            Concurrently.awaitParked(waiter::get);
            allocator.closeEpoch(0, Disposition.DISCARD).join();
            assertThat(Handle.isHandle(waiting.join())).isTrue();
        }
    }

    @Test
    void withoutMemoryTheAnswerComesWhenTheTimeIsOver() {
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build()) {
            fill(allocator, 0);
            long begun = System.nanoTime();
            assertThat(allocator.allocate(100, 0, Duration.ofMillis(5))).isEqualTo(Handle.ARENA_FULL);
            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(5_000_000);
            assertThat(allocator.allocate(100, 0, Duration.ZERO)).isEqualTo(Handle.ARENA_FULL);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build()) {
            fill(allocator, 0);
            AtomicReference<Thread> waiter = new AtomicReference<>();
            Concurrently<Boolean> waiting = Concurrently.start(() -> {
                waiter.set(Thread.currentThread());
                long answer = allocator.allocate(100, 0, LONG);
                return answer == Handle.ARENA_FULL && Thread.interrupted();
            });
            Concurrently.awaitParked(waiter::get);
            waiter.get().interrupt();
            assertThat(waiting.join()).isTrue();
        }
    }

    @Test
    void whereThereIsMemoryNothingWaitsAndOtherAnswersComeAtOnce() {
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build()) {
            assertThat(Handle.isHandle(allocator.allocate(100, 0, LONG))).isTrue();
            allocator.advanceEpoch();
            allocator.closeEpoch(0, Disposition.DISCARD).join();
            assertThat(allocator.allocate(100, 0, LONG)).isEqualTo(Handle.EPOCH_CLOSED);
        }
    }

    @Test
    void aClosingOfTheAllocatorEndsTheWait() {
        SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build();
        fill(allocator, 0);
        AtomicReference<Thread> waiter = new AtomicReference<>();
        Concurrently<String> waiting = Concurrently.start(() -> {
            waiter.set(Thread.currentThread());
            try {
                return "answered " + allocator.allocate(100, 0, LONG);
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        });
        Concurrently.awaitParked(waiter::get);
        allocator.close();
        assertThat(waiting.join()).isEqualTo("the allocator is closed");
    }

    @Test
    void aReaderDoesNotWaitForMemoryThatItMayHold() {
        try (SlabAllocator allocator = SlabAllocator.builder().limitBytes(LIMIT).build()) {
            long handle = allocator.allocate(100, 0);
            fill(allocator, 0);
            assertThat(allocator.read(
                            handle,
                            _ -> assertThatIllegalStateException()
                                    .isThrownBy(() -> allocator.allocate(760, 0, LONG))
                                    .withMessageContaining("within a read callback")))
                    .isTrue();
        }
    }

    @Test
    void demotionUnderPressureMakesRoomForMoreThanMemoryHolds() {
        try (SlabAllocator allocator = SlabAllocator.builder()
                .limitBytes(LIMIT)
                .coldTier(new MemoryTier())
                .demoteUnderPressure(new DemotionPressure(80, 40))
                .build()) {
            Deque<Long> kept = new ArrayDeque<>();
            long bytes = 0;
            while (bytes < 6 * LIMIT) {
                long epoch = allocator.currentEpoch();
                for (int object = 0; object < 100; object++) {
                    long handle = allocator.allocate(760, epoch, LONG);
                    assertThat(Handle.isHandle(handle)).isTrue();
                    allocator.setLong(handle, 0, bytes);
                    kept.add(handle);
                    bytes += 760;
                }
                allocator.advanceEpoch();
                allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
            }
            assertThat(allocator.coldStatistics().epochsDemotedUnderPressure()).isGreaterThan(10);
            assertThat(allocator.tierOf(kept.getFirst())).isEqualTo(Tier.COLD);
            assertThat(allocator.getLong(kept.getFirst(), 0)).isZero();
        }
    }
}
