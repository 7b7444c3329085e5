package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads against frees and closings; {@link RacesTest} says what each race shows. */
final class ReadRaces {
    private ReadRaces() {}

    static class LateLook extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Breakpoint beforePinning = Breakpoint.at("before pinning")) {
                Concurrently<Boolean> looking = Concurrently.start(() -> allocator.read(handles[0], _ -> {
                    throw new AssertionError("the object is no more");
                }));
                beforePinning.awaitReached();
                free(handles);
                allocate(OBJECTS_PER_SLAB, 0);
                beforePinning.release();
                assertThat(looking.join()).isFalse();
            }
        }
    }

    static class FreeUnderPin extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Breakpoint afterPinning = Breakpoint.at("after pinning")) {
                Concurrently<Boolean> looking = Concurrently.start(() -> allocator.read(
                        handles[0],
                        payload -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(handles[0])));
                afterPinning.awaitReached();
                free(handles);
                allocate(OBJECTS_PER_SLAB, 0);
                assertThat(allocator.counters().newSlabs()).isEqualTo(2);
                afterPinning.release();
                assertThat(looking.join()).isTrue();
            }
            allocate(OBJECTS_PER_SLAB, 0);
            assertThat(allocator.counters().newSlabs()).isEqualTo(2);
        }
    }

    static class LastOfTwoLooks extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long handle = allocate(1, 0)[0];
            close(0, Disposition.RECLAIM);
            CountDownLatch leave = new CountDownLatch(1);
            CountDownLatch inside = new CountDownLatch(1);
            Concurrently<Boolean> first = Concurrently.start(() -> allocator.read(handle, payload -> {
                inside.countDown();
                await(leave);
                assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(handle);
            }));
            await(inside);
            try (Breakpoint beforePinning = Breakpoint.at("before pinning");
                    Breakpoint afterFirst = Breakpoint.at("after the first pin has gone")) {
                Concurrently<Boolean> second = Concurrently.start(() -> allocator.read(handle, _ -> {}));
                beforePinning.awaitReached();
                free(handle);
                assertThat(allocator.undrainedEpochs()).isEmpty();
                leave.countDown();
                afterFirst.awaitReached();
                beforePinning.release();
                assertThat(second.join()).isFalse();
                afterFirst.release();
                assertThat(first.join()).isTrue();
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static class LookWhileSealing extends Race {
        @Override
        SlabAllocator open(SlabAllocatorBuilder builder) {
            return builder.reclamation(Reclamation.RETURN_TO_OS).coldTier(tier).build();
        }

        @Override
        void play() {
            allocator.advanceEpoch();
            long handle = allocate(1, 0)[0];
            try (Breakpoint beforeSealing = Breakpoint.at("before sealing slabs")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.RECLAIM));
                beforeSealing.awaitReached();
                boolean shown = allocator.read(handle, payload -> {
                    assertThat(Concurrently.run(() -> allocator.free(handle))).isTrue();
                    beforeSealing.release();
                    assertThat(closing.join().slabsReturned()).isEqualTo(1);
                    assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(handle);
                });
                assertThat(shown).isTrue();
            }
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class ReadAgainstReuse extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Breakpoint beforeCopying = Breakpoint.at("before copying");
                    Arena arena = Arena.ofShared()) {
                MemorySegment copy = arena.allocate(120, Long.BYTES);
                Concurrently<Integer> reading = Concurrently.start(() -> allocator.read(handles[0], copy));
                beforeCopying.awaitReached();
                free(handles);
                allocate(OBJECTS_PER_SLAB, 0);
                beforeCopying.release();
                if (reading.join() >= 0) {
                    assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handles[0]);
                }
            }
        }
    }
}
