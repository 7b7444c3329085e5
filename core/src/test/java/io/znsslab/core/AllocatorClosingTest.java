package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After an allocator was closed, no late call writes to its memory, which the next allocator has, and each call of the
 * closed one is refused.
 */
class AllocatorClosingTest {
    private static final int OBJECTS = 200;

    private static SlabAllocator open(ColdTier tier) {
        return SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    }

    /** An allocator that took over the memory of the one closed last. It is full of objects that must not change. */
    private static final class Next implements AutoCloseable {
        final SlabAllocator allocator = open(new MemoryTier());
        final long[] handles = fill(allocator);

        private static long[] fill(SlabAllocator allocator) {
            long[] handles = new long[OBJECTS];
            for (int i = 0; i < OBJECTS; i++) {
                handles[i] = allocator.allocate(100, 0);
                allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
            }
            return handles;
        }

        @Override
        public void close() {
            for (long handle : handles) {
                assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
            }
            allocator.checkInvariants();
            allocator.close();
        }
    }

    enum Call {
        ALLOCATE((allocator, _) -> allocator.allocate(100, 0)),
        FREE((allocator, handle) -> allocator.free(handle)),
        RESOLVE((allocator, handle) -> allocator.resolve(handle)),
        RESOLVE_ASYNC((allocator, handle) -> allocator.resolveAsync(handle).join()),
        READ((allocator, handle) -> allocator.read(handle, MemorySegment.ofArray(new long[13]))),
        READ_ASYNC((allocator, handle) ->
                allocator.readAsync(handle, Arena.ofAuto().allocate(104)).join()),
        SHOW((allocator, handle) -> allocator.read(handle, (Consumer<MemorySegment>) _ -> {})),
        TIER_OF((allocator, handle) -> allocator.tierOf(handle)),
        SIZE_OF((allocator, handle) -> allocator.sizeOf(handle)),
        EPOCH_OF((allocator, handle) -> allocator.epochOf(handle)),
        EPOCHS((allocator, _) -> allocator.epochs()),
        WALK((allocator, _) -> allocator.walk(0)),
        CURRENT_EPOCH((allocator, _) -> allocator.currentEpoch()),
        ADVANCE_EPOCH((allocator, _) -> allocator.advanceEpoch()),
        EPOCH_INFO((allocator, _) -> allocator.epochInfo(0)),
        UNDRAINED_EPOCHS((allocator, _) -> allocator.undrainedEpochs()),
        EPOCH_TOTALS((allocator, _) -> allocator.epochStatistics()),
        COLD_TOTALS((allocator, _) -> allocator.coldStatistics()),
        COUNTERS((allocator, _) -> allocator.counters()),
        COUNTERS_OF_A_CLASS((allocator, _) -> allocator.counters(0)),
        CLOSE_EPOCH(
                (allocator, _) -> allocator.closeEpoch(0, Disposition.DISCARD).join()),
        DEMOTE_EPOCH(
                (allocator, _) -> allocator.closeEpoch(0, Disposition.DEMOTE).join()),
        SYNC((allocator, _) -> allocator.sync().join()),
        ROOT((allocator, _) -> allocator.root()),
        SET_ROOT((allocator, _) -> {
            allocator.setRoot(new byte[1]);
        }),
        OPEN_DOMAIN((allocator, _) -> allocator.openDomain()),
        OPEN_SHARED_DOMAIN((allocator, _) -> allocator.openSharedDomain(Disposition.RECLAIM)),
        WRAP_DOMAIN((allocator, _) -> allocator.wrapDomain(0)),
        TRIM((allocator, _) -> allocator.trim()),
        ARENA_USAGE((allocator, _) -> allocator.arenaUsage()),
        INDEX_BYTES((allocator, _) -> allocator.indexBytes()),
        CHECK_INVARIANTS((allocator, _) -> allocator.checkInvariants());

        @SuppressWarnings("ImmutableEnumChecker") // The lambdas have no state.
        private final BiConsumer<SlabAllocator, Long> call;

        Call(BiConsumer<SlabAllocator, Long> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void eachCallOfAClosedAllocatorIsRefusedAlsoWhereTheNextHasAnEqualHandle(Call call) {
        SlabAllocator closed = open(new MemoryTier());
        long[] handles = Next.fill(closed);
        closed.close();
        closed.close();
        try (Next next = new Next()) {
            assertThat(next.handles).isEqualTo(handles);
            assertThatIllegalStateException()
                    .isThrownBy(() -> call.call.accept(closed, handles[7]))
                    .withMessageContaining("the allocator is closed");
        }
    }

    @Test
    void aClosedAllocatorStillReportsItsSettings() {
        SlabAllocator closed = open(new MemoryTier());
        closed.close();
        assertThat(closed.limitBytes()).isEqualTo(8 << 20);
        assertThat(closed.sizeClasses()).hasSize(8);
        assertThat(closed.largestPayloadBytes()).isEqualTo(4016);
    }

    @Test
    void aClosedCompactAllocatorFollowsNoIdOfAWideOne() {
        SlabAllocator closed = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .handleFormat(HandleFormat.COMPACT)
                .build();
        closed.allocate(40, 0);
        closed.close();
        SlabAllocator wide = open(new WrappedTier() {
            @Override
            public void attach(ColdSlabs slabs) {
                super.attach(slabs);
                slabs.restoration().goOn(900_000_000, 0);
            }
        });
        wide.allocate(40, 0);
        assertThatIllegalStateException().isThrownBy(() -> closed.epochInfo(0)).withMessage("the allocator is closed");
        wide.close();
    }

    @Test
    void aTierThatAsksTooLateIsRefused() {
        ColdSlabs[] view = new ColdSlabs[1];
        SlabAllocator closed = open(new WrappedTier() {
            @Override
            public void attach(ColdSlabs slabs) {
                super.attach(slabs);
                view[0] = slabs;
            }
        });
        Next.fill(closed);
        closed.advanceEpoch();
        closed.closeEpoch(0, Disposition.DEMOTE).join();
        closed.close();
        try (Next _ = new Next()) {
            assertThatIllegalStateException().isThrownBy(() -> view[0].relocated(1, 1, 2));
            assertThatIllegalStateException().isThrownBy(() -> view[0].hasImageAt(1, 1));
            assertThatIllegalStateException().isThrownBy(() -> view[0].liveSlots(1, new long[4]));
            assertThatIllegalStateException().isThrownBy(() -> view[0].describe(1, new ColdImage()));
            assertThatIllegalStateException().isThrownBy(() -> view[0].nextGeneration(1));
            assertThatIllegalStateException().isThrownBy(view[0]::evictOldestEpoch);
        }
    }

    @Test
    void slabsThatATierHandsOverTooLateAreRefused() {
        MemoryTier tier = new MemoryTier();
        SlabAllocator closed = open(tier);
        Next.fill(closed);
        closed.advanceEpoch();
        tier.holdDemotions();
        CompletableFuture<EpochClosing> demotion = closed.closeEpoch(0, Disposition.DEMOTE);
        closed.close();
        try (Next _ = new Next()) {
            assertThatIllegalStateException().isThrownBy(tier::releaseHeld).withMessage("the allocator is closed");
        }
        assertThat(demotion).isNotCompletedExceptionally();
    }

    @Test
    void aDomainThatIsOpenedWhileTheTierFinishesIsRefused() {
        Throwable[] refused = new Throwable[3];
        SlabAllocator[] closing = new SlabAllocator[1];
        closing[0] = open(new WrappedTier() {
            @Override
            public void finish() {
                EpochDomain wrapped = closing[0].wrapDomain(0);
                refused[0] = thrownBy(() -> closing[0].openSharedDomain(Disposition.DISCARD));
                refused[1] = thrownBy(() -> closing[0].openDomain());
                refused[2] = thrownBy(wrapped::enter);
            }
        });
        closing[0].close();
        assertThat(refused)
                .allSatisfy(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("can't be entered: the allocator is closed"));
    }

    private static Throwable thrownBy(Runnable call) {
        try {
            call.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Test
    void aClosingThatIsRefusedForADomainLeavesEverythingAsItWas() {
        SlabAllocator allocator = open(new MemoryTier());
        EpochDomain domain = allocator.openDomain();
        assertThatIllegalStateException().isThrownBy(allocator::close).withMessageContaining("entered 1 times");
        assertThat(domain.allocate(10).byteSize()).isEqualTo(10);
        try (EpochDomain other = allocator.openSharedDomain(Disposition.DISCARD)) {
            assertThat(other.allocate(10).byteSize()).isEqualTo(10);
        }
        domain.close();
        allocator.close();
    }

    /**
     * Threads open domains and write to their segments while the allocator is closed: a write in time goes to the
     * allocator's own memory, and a late one is refused.
     */
    @Test
    void aDomainThatOpensOrAConcurrentClosingIsRefused() {
        for (int round = 0; round < 100; round++) {
            SlabAllocator closing = SlabAllocator.builder().limitBytes(8 << 20).build();
            AtomicBoolean began = new AtomicBoolean();
            Concurrently<Void> working = Concurrently.start(() -> {
                while (true) {
                    try (EpochDomain domain = closing.openSharedDomain(Disposition.DISCARD)) {
                        domain.allocate(48).fill((byte) 0x66);
                        began.set(true);
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessageContaining("closed");
                        return null;
                    }
                }
            });
            while (!began.get()) {
                Thread.onSpinWait();
            }
            closeHoweverOften(closing);
            SlabAllocator next = SlabAllocator.builder().limitBytes(8 << 20).build();
            long handle = next.allocate(48, 0);
            MemorySegment payload = next.resolve(handle);
            payload.fill((byte) 1);
            working.join();
            for (long offset = 0; offset < payload.byteSize(); offset++) {
                assertThat(payload.get(JAVA_BYTE, offset)).isEqualTo((byte) 1);
            }
            next.close();
        }
    }

    private static void closeHoweverOften(SlabAllocator allocator) {
        while (true) {
            try {
                allocator.close();
                return;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("domains are entered");
            }
        }
    }

    /**
     * An allocator with a cold epoch 0 and a resident epoch 1, in a copy of core with the breakpoints that the scenario
     * needs.
     */
    abstract static class Late implements Callable<Void> {
        final SlabAllocator closed = open(new MemoryTier());
        final long[] cold = Next.fill(closed);

        @Override
        public final Void call() {
            closed.advanceEpoch();
            closed.closeEpoch(0, Disposition.DEMOTE).join();
            closed.allocate(100, 1);
            closed.advanceEpoch();
            play();
            return null;
        }

        abstract void play();

        /**
         * Holds a call at a breakpoint while the allocator is closed and the next one takes its memory over. The call
         * must then be refused, whatever it had read before.
         */
        void requireRefusal(String stop, Callable<?> call) {
            try (Breakpoint stopped = Breakpoint.at(stop)) {
                Concurrently<Throwable> late = Concurrently.start(() -> {
                    try {
                        call.call();
                        return null;
                    } catch (Exception e) {
                        return e;
                    }
                });
                stopped.awaitReached();
                Concurrently.run(() -> {
                    closed.close();
                    return null;
                });
                try (Next _ = new Next()) {
                    stopped.release();
                    assertThat(late.join()).hasMessageContaining("the allocator is closed");
                }
            }
        }
    }

    @Test
    void aPromotionThatIsPastItsChecksIsRefused() throws Exception {
        PatchedCore.play(LatePromotion.class, Patch.breakBefore("Promotions", "promote", "call", "before the frame"));
    }

    static class LatePromotion extends Late {
        @Override
        void play() {
            requireRefusal("before the frame", () -> closed.resolve(cold[3]));
        }
    }

    @Test
    void aPromotionThatHasReadItsSlabIsRefused() throws Exception {
        PatchedCore.play(LateSettling.class, Patch.breakBefore("Promotions", "finish", "call", "before settling"));
    }

    static class LateSettling extends Late {
        @Override
        void play() {
            requireRefusal("before settling", () -> closed.resolve(cold[3]));
        }
    }

    @Test
    void aDemotionThatHasSealedItsEpochIsRefused() throws Exception {
        PatchedCore.play(
                LateDemotion.class, Patch.breakBefore("EpochClosings", "demote", "call", "before holding the epoch"));
    }

    static class LateDemotion extends Late {
        @Override
        void play() {
            requireRefusal(
                    "before holding the epoch",
                    () -> closed.closeEpoch(1, Disposition.DEMOTE).join());
        }
    }

    @Test
    void aDemotionThatHoldsItsEpochIsRefused() throws Exception {
        PatchedCore.play(LateClaim.class, Patch.breakBefore("Demotions", "demote", "call", "before claiming slabs"));
    }

    static class LateClaim extends Late {
        @Override
        void play() {
            requireRefusal(
                    "before claiming slabs",
                    () -> closed.closeEpoch(1, Disposition.DEMOTE).join());
        }
    }

    @Test
    void aDiscardOfAClosedEpochThatIsPastItsChecksIsRefused() throws Exception {
        PatchedCore.play(
                LateDiscard.class, Patch.breakBefore("EpochClosings", "closeClosed", "call", "before the discard"));
    }

    static class LateDiscard extends Late {
        @Override
        void play() {
            requireRefusal(
                    "before the discard",
                    () -> closed.closeEpoch(0, Disposition.DISCARD).join());
        }
    }

    @Test
    void aCountOfAnEpochThatIsPastItsChecksIsRefused() throws Exception {
        PatchedCore.play(LateInfo.class, Patch.breakBefore("EpochCensus", "info", "call", "before the walk"));
    }

    static class LateInfo extends Late {
        @Override
        void play() {
            requireRefusal("before the walk", () -> closed.epochInfo(0));
        }
    }

    @Test
    void anAllocationBesideTheClosingIsToldOfNoClosedEpoch() throws Exception {
        PatchedCore.play(
                AllocationBeside.class, Patch.breakAfter("SlabStore", "shutDown", "shutDown", "after shutting gates"));
    }

    static class AllocationBeside extends Late {
        @Override
        void play() {
            long epoch = closed.currentEpoch();
            try (Breakpoint gatesShut = Breakpoint.at("after shutting gates")) {
                Concurrently<Void> closing = Concurrently.start(() -> {
                    closed.close();
                    return null;
                });
                gatesShut.awaitReached();
                for (long payloadBytes : new long[] {100, 4016}) {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> closed.allocate(payloadBytes, epoch))
                            .withMessage("the allocator is closed");
                }
                gatesShut.release();
                closing.join();
            }
        }
    }

    @Test
    void anEntryThatTheClosingDidNotSeeIsRefused() throws Exception {
        PatchedCore.play(LateEntry.class, Patch.breakBefore("EpochOpener", "open", "begin", "before counting"));
    }

    static class LateEntry extends Late {
        @Override
        void play() {
            requireRefusal("before counting", () -> closed.openSharedDomain(Disposition.DISCARD));
        }
    }

    @Test
    void anEntryThatTheClosingSawIsGood() throws Exception {
        PatchedCore.play(
                SeenEntry.class,
                Patch.breakBefore("EpochOpener", "openEnteredIfReserved", "confirmFirstEntry", "after counting"));
    }

    static class SeenEntry extends Late {
        @Override
        void play() {
            try (Breakpoint afterCounting = Breakpoint.at("after counting")) {
                Concurrently<EpochDomain> opening =
                        Concurrently.start(() -> closed.openSharedDomain(Disposition.DISCARD));
                afterCounting.awaitReached();
                assertThatThrownBy(closed::close).hasMessageContaining("entered 1 times");
                afterCounting.release();
                try (EpochDomain domain = opening.join()) {
                    domain.allocate(10).fill((byte) 1);
                }
                closed.close();
            }
        }
    }

    @Test
    void aResolvedHandleOfTheNextAllocatorIsNotTaken() throws Exception {
        PatchedCore.play(
                LateResolve.class,
                Patch.breakBefore("SlabAllocator", "resolve", "getAcquireAt", "before reading the header"));
    }

    static class LateResolve extends Late {
        @Override
        void play() {
            long handle = closed.allocate(100, 2);
            requireRefusal("before reading the header", () -> {
                MemorySegment payload = closed.resolve(handle);
                return payload.get(JAVA_LONG, 0);
            });
        }
    }
}
