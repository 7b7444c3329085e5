package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadCallbackTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        allocator.close();
    }

    private long allocate(long value) {
        long handle = allocator.allocate(100, allocator.currentEpoch());
        allocator.resolve(handle).set(JAVA_LONG, 0, value);
        return handle;
    }

    @Test
    void aReaderSeesTheBytesAndCannotKeepThem() {
        long handle = allocate(7);
        MemorySegment[] kept = new MemorySegment[1];
        assertThat(allocator.read(handle, payload -> {
                    assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(7);
                    kept[0] = payload;
                }))
                .isTrue();
        assertThatIllegalStateException().isThrownBy(() -> kept[0].get(JAVA_LONG, 0));
        allocator.free(handle);
        assertThat(allocator.read(handle, _ -> {
                    throw new AssertionError("called for a stale handle");
                }))
                .isFalse();
    }

    @Test
    void aColdObjectIsShownWhereItIs() {
        long handle = allocate(8);
        long epoch = allocator.currentEpoch();
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertThat(allocator.read(
                        handle, payload -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(8)))
                .isTrue();
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anObjectFreedUnderTheReaderKeepsItsBytes(boolean closedFirst) {
        long[] handles = new long[31];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocate(i);
        }
        long epoch = allocator.currentEpoch();
        if (closedFirst) {
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        }
        allocator.read(handles[3], payload -> {
            for (long handle : handles) {
                assertThat(allocator.free(handle)).isTrue();
            }
            for (int i = 0; i < 1000; i++) {
                allocate(1000 + i);
            }
            assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(3);
        });
        assertThat(allocator.resolve(handles[3])).isNull();
    }

    /**
     * A read of an object by a thread of its own, which lasts until the test ends it and must find the object's bytes
     * unchanged then.
     */
    private static final class LongLook implements AutoCloseable {
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch leave = new CountDownLatch(1);
        private final Concurrently<Boolean> looking;

        LongLook(SlabAllocator allocator, long handle, long value) {
            looking = Concurrently.start(() -> allocator.read(handle, payload -> {
                inside.countDown();
                await(leave);
                for (long offset = 0; offset + Long.BYTES <= payload.byteSize(); offset += Long.BYTES) {
                    assertThat(payload.get(JAVA_LONG_UNALIGNED, offset)).isEqualTo(value);
                }
            }));
            await(inside);
        }

        @Override
        public void close() {
            leave.countDown();
            assertThat(looking.join()).isTrue();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private long allocateFilled(SlabAllocator of, long value) {
        long handle = of.allocate(100, of.currentEpoch());
        MemorySegment payload = of.resolve(handle);
        for (long offset = 0; offset + Long.BYTES <= payload.byteSize(); offset += Long.BYTES) {
            payload.set(JAVA_LONG_UNALIGNED, offset, value);
        }
        return handle;
    }

    @ParameterizedTest
    @EnumSource(Disposition.class)
    void closingAnEpochDoesNotWaitForAReaderThatKeepsTheBytes(Disposition disposition) {
        long handle = allocateFilled(allocator, 9);
        allocator.advanceEpoch();
        try (LongLook _ = new LongLook(allocator, handle, 9)) {
            var _ = allocator
                    .closeEpoch(0, disposition)
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            Tier now = disposition == Disposition.DISCARD
                    ? null
                    : disposition == Disposition.DEMOTE ? Tier.COLD : Tier.RESIDENT;
            assertThat(allocator.tierOf(handle)).isEqualTo(now);
            for (int i = 0; i < 1000; i++) {
                allocateFilled(allocator, i);
            }
        }
        allocator.checkInvariants();
    }

    @ParameterizedTest
    @EnumSource(Reclamation.class)
    void theFrameUnderAReaderGoesBackWhenTheReaderHasEnded(Reclamation reclamation) {
        try (SlabAllocator other = SlabAllocator.builder()
                .limitBytes(1 << 20)
                .reclamation(reclamation)
                .build()) {
            long handle = allocateFilled(other, 1);
            other.advanceEpoch();
            long before;
            try (LongLook _ = new LongLook(other, handle, 1)) {
                assertThat(other.closeEpoch(0, Disposition.DISCARD).join().bytesReturned())
                        .isZero();
                before = other.arenaUsage().grantedBytes();
            }
            long after = other.arenaUsage().grantedBytes();
            assertThat(before - after).isEqualTo(reclamation == Reclamation.RETURN_TO_OS ? 4096 : 0);
            other.checkInvariants();
        }
    }

    @Test
    void aReaderHoldsBackNothingButWhatItLooksAt() {
        long kept = allocateFilled(allocator, 5);
        try (LongLook _ = new LongLook(allocator, kept, 5)) {
            for (int i = 0; i < 1_000_000; i++) {
                long first = allocator.allocate(100, 0);
                long second = allocator.allocate(100, 0);
                assertThat(allocator.free(first) && allocator.free(second)).isTrue();
            }
            assertThat(allocator.counters().newSlabs()).isLessThanOrEqualTo(3);
        }
        allocator.checkInvariants();
    }

    @Test
    void aSlabUnderAReaderDoesNotHideTheOtherPartialOnes() {
        long[] handles = new long[10 * 31];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocateFilled(allocator, i);
        }
        long slabs = allocator.counters().newSlabs();
        int lastOfNinth = 9 * 31 - 1;
        try (LongLook _ = new LongLook(allocator, handles[lastOfNinth], lastOfNinth)) {
            for (int i = 0; i <= lastOfNinth; i++) {
                assertThat(allocator.free(handles[i])).isTrue();
            }
            for (int i = 0; i < 8 * 31; i++) {
                allocateFilled(allocator, i);
            }
            assertThat(allocator.counters().newSlabs()).isEqualTo(slabs);
        }
        for (int i = 0; i < 31; i++) {
            allocateFilled(allocator, i);
        }
        assertThat(allocator.counters().newSlabs()).isEqualTo(slabs);
        allocator.checkInvariants();
    }

    /** Calls that are permitted within a reader while the slab of {@code demoted} turns cold. */
    enum Call {
        READ((allocator, demoted) -> assertThat(allocator.read(demoted, MemorySegment.ofArray(new long[12])))
                .isPositive()),
        READ_ASYNC((allocator, demoted) -> assertThat(
                        allocator.readAsync(demoted, Arena.ofAuto().allocate(96)))
                .succeedsWithin(Duration.ofSeconds(20))),
        SHOW((allocator, demoted) ->
                assertThat(allocator.read(demoted, _ -> {})).isTrue()),
        TIER_OF((allocator, demoted) -> assertThat(allocator.tierOf(demoted)).isNotNull()),
        FREE((allocator, demoted) -> assertThat(allocator.free(demoted)).isTrue()),
        RESOLVE((allocator, demoted) -> assertThat(allocator.resolve(demoted)).isNotNull()),
        RESOLVE_ASYNC((allocator, demoted) ->
                assertThat(allocator.resolveAsync(demoted)).succeedsWithin(Duration.ofSeconds(20))),
        ALLOCATE((allocator, _) -> assertThat(Handle.isHandle(allocator.allocate(100, allocator.currentEpoch())))
                .isTrue()),
        DOMAIN((allocator, _) -> {
            try (EpochDomain domain = allocator.openDomain()) {
                domain.allocate(10);
            }
        }),
        DEMOTE((allocator, _) -> {
            long epoch = allocator.currentEpoch();
            allocator.advanceEpoch();
            assertThat(allocator.closeEpoch(epoch, Disposition.DEMOTE)).succeedsWithin(Duration.ofSeconds(20));
        }),
        DISCARD_ITS_EPOCH((allocator, demoted) -> {
            assertThat(allocator.closeEpoch(1, Disposition.DISCARD)).succeedsWithin(Duration.ofSeconds(20));
            assertThat(allocator.tierOf(demoted)).isNull();
        }),
        SYNC((allocator, _) -> assertThat(allocator.sync()).succeedsWithin(Duration.ofSeconds(20))),
        EPOCH_INFO((allocator, _) ->
                assertThat(allocator.epochInfo(0).liveObjects()).isPositive());

        @SuppressWarnings("ImmutableEnumChecker") // The lambdas have no state.
        private final BiConsumer<SlabAllocator, Long> work;

        Call(BiConsumer<SlabAllocator, Long> work) {
            this.work = work;
        }
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void withinAReaderEveryCallWorksWhileADemotionGoesOn(Call call) {
        long shown = allocateFilled(allocator, 3);
        allocator.advanceEpoch();
        long demoted = allocateFilled(allocator, 4);
        allocator.advanceEpoch();
        tier.holdDemotions();
        var demotion = allocator.closeEpoch(1, Disposition.DEMOTE);
        Concurrently.run(() -> allocator.read(shown, payload -> {
            Concurrently<Void> handingOver = Concurrently.start(() -> {
                tier.releaseHeld();
                return null;
            });
            call.work.accept(allocator, demoted);
            handingOver.join();
            assertThat(payload.get(JAVA_LONG_UNALIGNED, 0)).isEqualTo(3);
        }));
        assertThat(demotion).succeedsWithin(Duration.ofSeconds(20));
        allocator.checkInvariants();
    }

    @Test
    void aDomainWhoseEpochWasClosedMeanwhileIsLeftWithinAReader() {
        long shown = allocate(1);
        long epoch = allocator.advanceEpoch();
        Concurrently.run(() -> allocator.read(shown, _ -> {
            EpochDomain domain = allocator.wrapDomain(epoch).enter();
            domain.allocate(10);
            var closing = Concurrently.run(() -> allocator.closeEpoch(epoch, Disposition.DISCARD));
            assertThat(closing).isNotDone();
            domain.exit();
            assertThat(closing.join().epoch()).isEqualTo(epoch);
        }));
    }

    @Test
    void theShownEpochIsDiscardedByItsReader() {
        long handle = allocateFilled(allocator, 6);
        allocator.read(handle, payload -> {
            allocator.closeEpoch(0, Disposition.DISCARD).join();
            assertThat(allocator.resolve(handle)).isNull();
            assertThat(payload.get(JAVA_LONG_UNALIGNED, 0)).isEqualTo(6);
        });
        allocator.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theAllocatorCannotBeClosedWithinItsReader(boolean virtual) throws InterruptedException {
        long handle = allocate(1);
        Throwable[] thrown = new Throwable[1];
        Runnable read = () -> allocator.read(handle, _ -> {
            SlabAllocator other = SlabAllocator.builder().limitBytes(1 << 20).build();
            other.read(other.allocate(10, 0), _ -> {
                try {
                    allocator.close();
                } catch (IllegalStateException e) {
                    thrown[0] = e;
                }
            });
            other.close();
        });
        Thread thread =
                virtual ? Thread.ofVirtual().start(read) : Thread.ofPlatform().start(read);
        thread.join();
        assertThat(thrown[0])
                .hasMessage(
                        "the allocator can't be closed within its read callback: close it after the read has returned");
        assertThat(allocator.resolve(handle)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReaderKeepsItsBytesWhicheverThreadClosesTheAllocator(boolean isCold) {
        SlabAllocator closed = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .coldTier(new MemoryTier())
                .build();
        long handle = allocateFilled(closed, 0x0707);
        MemorySegment resolved = closed.resolve(handle);
        closed.advanceEpoch();
        if (isCold) {
            closed.closeEpoch(0, Disposition.DEMOTE).join();
        }
        try (LongLook _ = new LongLook(closed, handle, 0x0707)) {
            Concurrently.run(() -> {
                closed.close();
                return null;
            });
            assertThatIllegalStateException().isThrownBy(() -> resolved.get(JAVA_LONG_UNALIGNED, 0));
            assertThatIllegalStateException()
                    .isThrownBy(() -> closed.read(handle, _ -> {}))
                    .withMessage("the allocator is closed");
            SlabAllocator next = SlabAllocator.builder().limitBytes(8 << 20).build();
            for (int i = 0; i < 1000; i++) {
                allocateFilled(next, 99);
            }
            next.close();
        }
    }
}
