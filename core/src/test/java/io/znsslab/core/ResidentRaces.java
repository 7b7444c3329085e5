package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.MemorySegment;

/** Frees, allocations and closings while slabs are resident; {@link RacesTest} says what each race shows. */
final class ResidentRaces {
    private ResidentRaces() {}

    static class MailedWhenFull extends Race {
        @Override
        void play() {
            long[] first = allocate(OBJECTS_PER_SLAB, 0);
            long[] second = allocate(OBJECTS_PER_SLAB, 0);
            try (Breakpoint beforeMailing = Breakpoint.at("before mailing")) {
                Concurrently<Void> freeing = Concurrently.start(() -> {
                    free(first[0], first[1], first[2]);
                    return null;
                });
                beforeMailing.awaitReached();
                free(first[3]);
                // Fills the first slab, which its owner had put on the partial list, again and so takes it off the
                // list.
                long[] third = allocate(5, 0);
                beforeMailing.release();
                freeing.join();
                long[] fourth = allocate(3 * OBJECTS_PER_SLAB, 0);
                requireLive(second);
                requireLive(third);
                requireLive(fourth);
                for (int i = 4; i < OBJECTS_PER_SLAB; i++) {
                    requireLive(first[i]);
                }
            }
        }
    }

    static class OwnersFreeAgainstDiscard extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 1);
            try (Breakpoint afterOwners = Breakpoint.at("after waiting for owners");
                    Breakpoint beforeLooking = Breakpoint.at("before looking for closers")) {
                Concurrently<long[]> closing = Concurrently.start(() -> {
                    close(1, Disposition.DISCARD);
                    return allocate(1, 2);
                });
                afterOwners.awaitReached();
                Concurrently<Void> main = Concurrently.start(() -> {
                    beforeLooking.awaitReached();
                    afterOwners.release();
                    requireLive(closing.join());
                    beforeLooking.release();
                    return null;
                });
                allocator.free(handles[20]);
                main.join();
            }
            assertThat(allocator.free(handles[20])).isFalse();
        }
    }

    static class ZeroingAgainstDiscard extends Race {
        @Override
        SlabAllocator open(SlabAllocatorBuilder builder) {
            return super.open(builder.zeroOnAllocate(true));
        }

        @Override
        void play() {
            allocator.advanceEpoch();
            allocator.advanceEpoch();
            allocate(1, 1);
            try (Breakpoint afterSection = Breakpoint.at("after the owner section")) {
                Concurrently<long[]> others = Concurrently.start(() -> {
                    afterSection.awaitReached();
                    close(1, Disposition.DISCARD);
                    long[] handles = allocate(OBJECTS_PER_SLAB, 2);
                    afterSection.release();
                    return handles;
                });
                allocator.allocate(100, 1);
                requireLive(others.join());
            }
        }
    }

    static class LastFreeWhileSealing extends Race {
        @Override
        SlabAllocator open(SlabAllocatorBuilder builder) {
            return super.open(builder.slabBytes(16384).sizeClasses(64));
        }

        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(255, 0);
            Concurrently.run(() -> {
                for (int i = 1; i < handles.length; i++) {
                    free(handles[i]);
                }
                return null;
            });
            try (Breakpoint beforeMerge = Breakpoint.at("before the merge")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.RECLAIM));
                beforeMerge.awaitReached();
                free(handles[0]);
                long[] next = allocate(10, 1);
                try (Breakpoint beforeAdding = Breakpoint.at("before adding free slots", 1)) {
                    beforeMerge.release();
                    beforeAdding.awaitReached();
                    requireLive(allocate(100, 1));
                }
                closing.join();
                requireLive(next);
                requireLive(allocate(500, 1));
                requireLive(next);
            }
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }

        @Override
        long[] allocate(int count, long epoch) {
            long[] handles = new long[count];
            for (int i = 0; i < count; i++) {
                handles[i] = allocator.allocate(56, epoch);
                allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
            }
            return handles;
        }
    }

    static class LateLookAtAnEmptySlab extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            for (int i = 1; i < OBJECTS_PER_SLAB; i++) {
                free(handles[i]);
            }
            try (Breakpoint beforeEnding = Breakpoint.at("before ending empty slabs");
                    Breakpoint foundEmpty = Breakpoint.at("after finding it empty")) {
                Concurrently<long[]> closing = Concurrently.start(() -> {
                    close(0, Disposition.RECLAIM);
                    return allocate(OBJECTS_PER_SLAB, 1);
                });
                beforeEnding.awaitReached();
                Concurrently<Void> freeing = Concurrently.start(() -> {
                    free(handles[0]);
                    return null;
                });
                foundEmpty.awaitReached();
                beforeEnding.release();
                long[] next = closing.join();
                try (Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                    Concurrently<EpochClosing> nextClosing = Concurrently.start(() -> close(1, Disposition.RECLAIM));
                    beforeWaiting.awaitReached();
                    foundEmpty.release();
                    freeing.join();
                    beforeWaiting.release();
                    nextClosing.join();
                }
                requireLive(next);
            }
        }
    }

    static class ExitAgainstAllocation extends Race {
        @Override
        void play() {
            EpochDomain domain = allocator.wrapDomain(0);
            for (String stop : new String[] {"before taking the segments", "before allocating"}) {
                for (boolean again : new boolean[] {false, true}) {
                    domain.enter();
                    try (Breakpoint stopped = Breakpoint.at(stop)) {
                        Concurrently<MemorySegment> allocating = Concurrently.start(() -> {
                            try {
                                return domain.allocate(8);
                            } catch (IllegalStateException e) {
                                return MemorySegment.NULL;
                            }
                        });
                        stopped.awaitReached();
                        domain.exit();
                        if (again) {
                            domain.enter();
                        }
                        stopped.release();
                        MemorySegment segment = allocating.join();
                        assertThat(segment.isAccessibleBy(new Thread())).isTrue();
                        assertThat(segment.scope().isAlive() && !segment.equals(MemorySegment.NULL))
                                .isEqualTo(again && stop.equals("before taking the segments"));
                        if (again) {
                            domain.exit();
                        }
                        assertThat(segment.equals(MemorySegment.NULL)
                                        || !segment.scope().isAlive())
                                .isTrue();
                    }
                }
            }
        }
    }
}
