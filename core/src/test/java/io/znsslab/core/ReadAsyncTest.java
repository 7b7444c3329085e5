package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.tiering.ColdReads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads that call a listener instead of making a thread wait. */
class ReadAsyncTest {
    /** A tier that can hold reads until the test releases them, and make them fail. */
    private static final class HoldingTier extends WrappedTier {
        private final List<Runnable> held = new ArrayList<>();
        private boolean holds;
        private RuntimeException failure;

        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            noteRead(destination);
            RuntimeException failsWith = failure;
            if (failsWith != null && !holds) {
                return CompletableFuture.failedFuture(failsWith);
            }
            if (!holds) {
                return super.read(slabId, sizeClass, location, destination);
            }
            CompletableFuture<Void> done = new CompletableFuture<>();
            held.add(() -> {
                if (failsWith != null) {
                    done.completeExceptionally(failsWith);
                } else {
                    var _ = memory.read(slabId, sizeClass, location, destination)
                            .whenComplete((_, thrown) -> {
                                if (thrown == null) {
                                    done.complete(null);
                                } else {
                                    done.completeExceptionally(thrown);
                                }
                            });
                }
            });
            return done;
        }

        void letGo() {
            holds = false;
            failure = null;
            List<Runnable> all = List.copyOf(held);
            held.clear();
            all.forEach(Runnable::run);
        }
    }

    private final RecordedWarnings warnings = new RecordedWarnings(ColdReads.class);

    private record Told(long handle, int copied, RuntimeException failure) {}

    private final HoldingTier tier = new HoldingTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment destination = arena.allocate(200, 8);
    private final List<Told> told = new ArrayList<>();
    private final ReadListener listener = (handle, copied, failure) -> told.add(new Told(handle, copied, failure));

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
        arena.close();
        warnings.close();
    }

    private long allocate(long value) {
        return TestObjects.allocate(allocator, TestObjects.BYTES, value);
    }

    private long allocateCold(long value) {
        long epoch = allocator.currentEpoch();
        long handle = allocate(value);
        allocate(0);
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handle;
    }

    @Test
    void anObjectInDramIsCopiedBeforeTheCallReturns() {
        long handle = allocate(5);
        allocator.readAsync(handle, destination, listener);
        assertThat(told).containsExactly(new Told(handle, 120, null));
        assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(5);
        assertThat(allocator.readAsync(handle, destination)).isCompletedWithValue(120);
    }

    @Test
    void aColdObjectIsCopiedWithoutBeingPromoted() {
        long handle = allocateCold(6);
        allocator.readAsync(handle, destination, listener);
        assertThat(told).containsExactly(new Told(handle, 120, null));
        assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(6);
        assertThat(allocator.readAsync(handle, destination)).isCompletedWithValue(120);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void aDestinationGetsNoMoreThanItHasRoomFor() {
        long cold = allocateCold(7);
        long resident = allocate(8);
        destination.fill((byte) 0);
        for (long handle : new long[] {cold, resident}) {
            assertThat(allocator.readAsync(handle, destination.asSlice(0, 8))).isCompletedWithValue(8);
            assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(handle == cold ? 7 : 8);
            assertThat(destination.get(JAVA_LONG, 8)).isZero();
            assertThat(allocator.readAsync(handle, MemorySegment.NULL)).isCompletedWithValue(0);
        }
    }

    @Test
    void theListenerOfAStaleHandleGetsMinusOne() {
        long freed = allocate(1);
        allocator.free(freed);
        long cold = allocateCold(2);
        allocator.free(cold);
        long discarded = allocateCold(3);
        allocator.closeEpoch(1, Disposition.DISCARD).join();
        long[] stale = {freed, cold, discarded, 0, -1, 123, cold ^ 1L << 12};
        for (long handle : stale) {
            allocator.readAsync(handle, destination, listener);
            assertThat(told.removeFirst()).isEqualTo(new Told(handle, -1, null));
        }
        assertThat(told).isEmpty();
        assertThat(tier.notedReads).isZero();
    }

    @Test
    void aHandleOfAnEarlierUseOfTheSlotIsStaleOnTheTier() {
        long[] earlier = new long[31];
        long kept = allocate(0);
        for (int i = 1; i < earlier.length; i++) {
            earlier[i] = allocate(i);
        }
        for (int i = 1; i < earlier.length; i++) {
            allocator.free(earlier[i]);
        }
        long live = allocateCold(77);
        assertThat(Handle.decode(live).slabId()).isEqualTo(Handle.decode(kept).slabId());
        long sameSlot = 0;
        for (int i = 1; i < earlier.length; i++) {
            if (Handle.decode(earlier[i]).slot() == Handle.decode(live).slot()) {
                sameSlot = earlier[i];
            }
        }
        assertThat(allocator.readAsync(sameSlot, destination)).isCompletedWithValue(-1);
        assertThat(allocator.readAsync(live, destination)).isCompletedWithValue(120);
        assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(77);
    }

    @Test
    void theListenerOfAFailedReadGetsItsReason() {
        long handle = allocateCold(9);
        tier.failure = new ZnsSlabException("the medium is gone");
        allocator.readAsync(handle, destination, listener);
        assertThat(told).containsExactly(new Told(handle, -1, tier.failure));
        assertThat(allocator.readAsync(handle, destination))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCause(tier.failure);
        tier.failure = null;
        assertThat(allocator.readAsync(handle, destination)).isCompletedWithValue(120);
    }

    @Test
    void aListenerIsNeeded() {
        long handle = allocate(1);
        assertThatNullPointerException()
                .isThrownBy(() -> allocator.readAsync(handle, destination, null))
                .withMessage("listener must not be null");
    }

    @Test
    void aListenerThatThrowsHarmsNoOtherRead() {
        ReadListener broken = (_, _, _) -> {
            throw new IllegalStateException("a broken listener");
        };
        long resident = allocate(1);
        long cold = allocateCold(2);
        assertThatCode(() -> allocator.readAsync(resident, destination, broken)).doesNotThrowAnyException();
        assertThatCode(() -> allocator.readAsync(cold, destination, broken)).doesNotThrowAnyException();
        assertThat(warnings.messages())
                .containsExactly(
                        "the listener of a read of handle 0x%x failed".formatted(resident),
                        "the listener of a read of handle 0x%x failed".formatted(cold));
        assertThat(allocator.readAsync(cold, destination)).isCompletedWithValue(120);
    }

    @Test
    void aReadThatTheTierRefusesAtOnceReachesItsListenerToo() {
        ZnsSlabException refusal = new ZnsSlabException("no read begins any more");
        WrappedTier refusing = new WrappedTier() {
            @Override
            public void read(long slabId, int sizeClass, long location, MemorySegment into, Listener told) {
                throw refusal;
            }
        };
        try (SlabAllocator other =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(refusing).build()) {
            long handle = other.allocate(100, 0);
            other.closeEpoch(0, Disposition.DEMOTE).join();
            other.readAsync(handle, destination, listener);
            assertThat(told).containsExactly(new Told(handle, -1, refusal));
        }
    }

    @Test
    void aSlabThatIsRelocatedMeanwhileIsReadAtItsNewPlace() {
        long handle = allocateCold(10);
        tier.holds = true;
        allocator.readAsync(handle, destination, listener);
        tier.memory.relocateAll();
        assertThat(told).isEmpty();
        tier.letGo();
        assertThat(told).containsExactly(new Told(handle, 120, null));
        assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(10);
        assertThat(tier.notedReads).isEqualTo(2);
    }

    @Test
    void aFailureOfASlabThatHasMovedMeanwhileIsNone() {
        long handle = allocateCold(11);
        tier.holds = true;
        tier.failure = new ZnsSlabException("something else is there now");
        allocator.readAsync(handle, destination, listener);
        tier.memory.relocateAll();
        tier.letGo();
        assertThat(told).containsExactly(new Told(handle, 120, null));
    }

    @Test
    void aSlabThatIsPromotedMeanwhileIsReadFromDram() {
        long handle = allocateCold(12);
        tier.holds = true;
        allocator.readAsync(handle, destination, listener);
        tier.holds = false;
        allocator.resolve(handle).set(JAVA_LONG, 0, 13);
        tier.letGo();
        assertThat(told).containsExactly(new Told(handle, 120, null));
        assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(13);
    }

    @Test
    void aSlabThatIsDiscardedMeanwhileIsStale() {
        long handle = allocateCold(14);
        tier.holds = true;
        allocator.readAsync(handle, destination, listener);
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        tier.letGo();
        assertThat(told).containsExactly(new Told(handle, -1, null));
    }

    @Test
    void aDestinationThatTakesNoBytesIsReportedAlsoAfterAPromotion() {
        long handle = allocateCold(15);
        MemorySegment gone;
        try (Arena ended = Arena.ofConfined()) {
            gone = ended.allocate(200, Long.BYTES);
        }
        allocator.readAsync(handle, gone, listener);
        assertThat(told.removeFirst())
                .satisfies(end -> assertThat(end.failure()).isInstanceOf(IllegalStateException.class))
                .satisfies(end -> assertThat(end.copied()).isEqualTo(-1));
        tier.holds = true;
        allocator.readAsync(handle, gone, listener);
        tier.holds = false;
        allocator.resolve(handle);
        tier.letGo();
        assertThat(told).singleElement().satisfies(end -> {
            assertThat(end.handle()).isEqualTo(handle);
            assertThat(end.copied()).isEqualTo(-1);
            assertThat(end.failure()).isInstanceOf(IllegalStateException.class);
        });
        assertThatThrownBy(() -> allocator.readAsync(handle, gone, listener)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void thereIsRoomForAsManyImagesAsReadsWereUnderWayAtATime() {
        long handle = allocateCold(16);
        for (int i = 0; i < 100; i++) {
            allocator.readAsync(handle, destination, listener);
        }
        assertThat(tier.destinations).hasSize(1);
        tier.holds = true;
        for (int i = 0; i < 3; i++) {
            allocator.readAsync(handle, destination, listener);
        }
        tier.letGo();
        assertThat(tier.destinations).hasSize(3);
        assertThat(told).hasSize(103).allMatch(end -> end.copied() == 120);
    }

    @Test
    void aListenerMayBeginAnotherRead() {
        long handle = allocateCold(17);
        int[] left = {20};
        ReadListener again = new ReadListener() {
            @Override
            public void readEnded(long ofHandle, int copied, RuntimeException failure) {
                assertThat(copied).isEqualTo(120);
                if (--left[0] > 0) {
                    allocator.readAsync(ofHandle, destination, this);
                }
            }
        };
        allocator.readAsync(handle, destination, again);
        assertThat(left[0]).isZero();
        assertThat(tier.destinations).hasSize(1);
    }

    @Test
    void aReadOfOneThreadDoesNotKeepAnotherWaiting() throws InterruptedException {
        long handle = allocateCold(18);
        List<CompletableFuture<Integer>> reads = new ArrayList<>();
        reads.add(allocator.readAsync(handle, destination));
        Thread other = Thread.ofPlatform().start(() -> reads.add(allocator.readAsync(handle, destination)));
        assertThat(other.join(Duration.ofSeconds(10))).isTrue();
        reads.add(allocator.readAsync(handle, destination));
        assertThat(reads).hasSize(3).allMatch(read -> read.join() == 120);
    }

    @Test
    void theRoomForImagesEndsWithTheAllocator() {
        HoldingTier closing = new HoldingTier();
        try (SlabAllocator other =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(closing).build()) {
            long handle = other.allocate(100, 0);
            other.closeEpoch(0, Disposition.DEMOTE).join();
            assertThat(other.readAsync(handle, destination)).isCompletedWithValue(120);
            assertThat(closing.lastDestination.scope().isAlive()).isTrue();
        }
        assertThat(closing.lastDestination.scope().isAlive()).isFalse();
    }
}
