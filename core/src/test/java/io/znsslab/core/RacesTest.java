package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Races that were lost once, each played step by step: a thread stands still at the worst place while others go on. */
class RacesTest {
    private static final int OBJECTS_PER_SLAB = 31;

    /** A race, played in a copy of core that has the breakpoints it needs. */
    abstract static class Race implements Callable<Void> {
        final MemoryTier tier = new MemoryTier();
        SlabAllocator allocator;

        @Override
        public final Void call() {
            allocator = open(SlabAllocator.builder().limitBytes(8 << 20));
            try {
                play();
                allocator.checkInvariants();
                return null;
            } finally {
                allocator.close();
            }
        }

        SlabAllocator open(SlabAllocatorBuilder builder) {
            return builder.reclamation(Reclamation.KEEP_HOT).coldTier(tier).build();
        }

        abstract void play();

        long[] allocate(int count, long epoch) {
            long[] handles = new long[count];
            for (int i = 0; i < count; i++) {
                handles[i] = allocator.allocate(100, epoch);
                assertThat(Handle.isHandle(handles[i])).isTrue();
                allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
            }
            return handles;
        }

        void free(long... handles) {
            for (long handle : handles) {
                assertThat(allocator.free(handle)).isTrue();
            }
        }

        void requireLive(long... handles) {
            for (long handle : handles) {
                assertThat(allocator.resolve(handle)).isNotNull();
                assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
            }
        }

        EpochClosing close(long epoch, Disposition disposition) {
            return allocator.closeEpoch(epoch, disposition).join();
        }
    }

    @Test
    void aSlabMailedWhenItIsFullAgainIsNotTakenForUsedUp() throws Exception {
        PatchedCore.play(
                MailedWhenFull.class, Patch.breakBefore("SlabSupply", "noteRemoteFree", "casState", "before mailing"));
    }

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
                // Fills the first slab again, which its owner listed, and detaches it.
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

    @Test
    void anOwnersFreeThatBeganBeforeADiscardDoesNotReachTheFramesNextSlab() throws Exception {
        PatchedCore.play(
                OwnersFreeAgainstDiscard.class,
                Patch.breakAfter("EpochCloser$Hold", "take", "awaitOwners", "after waiting for owners"),
                Patch.breakBefore("SlabAllocator", "freeAtHome", "isBeingClosed", "before looking for closers"));
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

    @Test
    void anObjectIsZeroedBeforeItsEpochCanBeDiscarded() throws Exception {
        PatchedCore.play(
                ZeroingAgainstDiscard.class,
                Patch.breakAfter("SlabAllocator", "allocate", "exit", "after the owner section"));
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

    @Test
    void aSlabWhoseLastObjectIsFreedWhileItsEpochIsSealedIsEndedByTheSealing() throws Exception {
        PatchedCore.play(
                LastFreeWhileSealing.class,
                Patch.breakBefore("EpochCloser", "seal", "mergeFreeSlots", "before the merge"),
                Patch.breakBefore("EpochCloser$Hold", "mergeFreeSlots", "addRemote", "before adding free slots"));
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

    @Test
    void aLateLookAtAnEmptySlabDoesNotEndTheFramesNextSlab() throws Exception {
        PatchedCore.play(
                LateLookAtAnEmptySlab.class,
                Patch.breakBefore("EpochCloser", "sealAndEndEmpty", "endIfEmpty", "before ending empty slabs"),
                Patch.breakAfter("SealedSlabs", "endIfEmpty", "isEmpty", "after finding it empty"),
                Patch.breakBefore("EpochCloser", "seal", "awaitReaders", "before waiting for readers"));
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

    @Test
    void aSlabWhoseLastObjectIsFreedWhileItIsPromotedEnds() throws Exception {
        PatchedCore.play(
                LastFreeWhilePromoting.class,
                Patch.breakBefore("ColdSide", "free", "clearColdBit", "before clearing the bit"),
                Patch.breakBefore("Promotions", "settle", "awaitReaders", "before waiting for readers"));
    }

    static class LastFreeWhilePromoting extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Breakpoint beforeClearing = Breakpoint.at("before clearing the bit");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClearing.awaitReached();
                Concurrently<MemorySegment> resolving = Concurrently.start(() -> allocator.resolve(handles[0]));
                beforeWaiting.awaitReached();
                beforeClearing.release();
                assertThat(freeing.join()).isTrue();
                beforeWaiting.release();
                assertThat(resolving.join()).isNull();
            }
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    @Test
    void aSlabWhoseLastObjectIsFreedWhileItIsRelocatedEnds() throws Exception {
        PatchedCore.play(
                LastFreeWhileRelocating.class,
                Patch.breakBefore("ColdSide", "free", "clearColdBit", "before clearing the bit"));
    }

    static class LastFreeWhileRelocating extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Breakpoint beforeClearing = Breakpoint.at("before clearing the bit")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClearing.awaitReached();
                tier.relocateAll();
                beforeClearing.release();
                assertThat(freeing.join()).isTrue();
            }
            assertThat(tier.imageCount()).isZero();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    @Test
    void aFreeThatBeganBeforeADiscardDoesNotReachTheFramesNextSlabAfterAFailedDemotion() throws Exception {
        PatchedCore.play(
                FreeAgainstDiscardOfAFailedDemotion.class,
                Patch.breakBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                Patch.breakBefore("ClosedDiscard", "discard", "awaitReaders", "before the discard waits"),
                Patch.breakBefore("Demotion", "discardFrames", "awaitReaders", "before the demotion waits"));
    }

    static class FreeAgainstDiscardOfAFailedDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint beforeClaiming = Breakpoint.at("before claiming the header");
                    Breakpoint discardWaits = Breakpoint.at("before the discard waits");
                    Breakpoint demotionWaits = Breakpoint.at("before the demotion waits")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[20]));
                beforeClaiming.awaitReached();
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                discardWaits.awaitReached();
                Concurrently<Void> handingOver = Concurrently.start(() -> {
                    tier.releaseHeld();
                    return null;
                });
                demotionWaits.awaitReached();
                long[] next = allocate(1, 1);
                beforeClaiming.release();
                freeing.join();
                discardWaits.release();
                discarding.join();
                demotionWaits.release();
                handingOver.join();
                requireLive(next);
                requireLive(allocate(2 * OBJECTS_PER_SLAB, 1));
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).isNotNull();
        }
    }

    @Test
    void aDiscardThatMeetsTheEndOfAFailedDemotionLosesNoFrame() throws Exception {
        PatchedCore.play(
                DiscardAgainstEndOfDemotion.class,
                Patch.breakBefore("ClosedDiscard", "endDemoting", "change", "before changing the word"));
    }

    static class DiscardAgainstEndOfDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint beforeChanging = Breakpoint.at("before changing the word")) {
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                beforeChanging.awaitReached();
                tier.releaseHeld();
                beforeChanging.release();
                assertThat(discarding.join().slabs()).isEqualTo(1);
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).hasMessageContaining("the tier is full");
            assertThat(allocator.resolve(handles[0])).isNull();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    @Test
    void aFailedDemotionThatMeetsADiscardLeavesTheSlabToIt() throws Exception {
        PatchedCore.play(
                EndOfDemotionAgainstDiscard.class,
                Patch.breakAfter("ClosedDiscard", "endDemoting", "change", "after changing the word"),
                Patch.breakBefore("Demotion", "beginMove", "awaitSettled", "before waiting for the discard"));
    }

    static class EndOfDemotionAgainstDiscard extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint afterChanging = Breakpoint.at("after changing the word");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for the discard")) {
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                afterChanging.awaitReached();
                Concurrently<Void> handingOver = Concurrently.start(() -> {
                    tier.releaseHeld();
                    return null;
                });
                beforeWaiting.awaitReached();
                afterChanging.release();
                assertThat(discarding.join().slabs()).isEqualTo(1);
                beforeWaiting.release();
                handingOver.join();
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).hasMessageContaining("the tier is full");
            assertThat(allocator.resolve(handles[0])).isNull();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    @Test
    void anEpochThatDrainsBeforeItsDemotionLeavesTheIdsNextSlabsAlone() throws Exception {
        PatchedCore.play(
                DrainAgainstDemotion.class, Patch.breakBefore("Epochs", "demote", "demote", "before the demotion"));
    }

    static class DrainAgainstDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            try (Breakpoint beforeDemotion = Breakpoint.at("before the demotion")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeDemotion.awaitReached();
                free(handles[0]);
                long[] next = Concurrently.run(() -> allocate(1, 1));
                close(1, Disposition.RECLAIM);
                beforeDemotion.release();
                closing.join();
                assertThat(allocator.tierOf(next[0])).isEqualTo(Tier.RESIDENT);
                requireLive(next);
            }
        }
    }

    @Test
    void aClosingThatComesWhileAnotherLooksForVisitorsCompletes() throws Exception {
        PatchedCore.play(
                ClosingTwiceAtOnce.class,
                Patch.breakBefore("Epochs", "closeOnLastExit", "waitForExit", "before looking for visitors"));
    }

    static class ClosingTwiceAtOnce extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            try (Breakpoint beforeLooking = Breakpoint.at("before looking for visitors")) {
                Concurrently<EpochClosing> first = Concurrently.start(() -> close(0, Disposition.RECLAIM));
                beforeLooking.awaitReached();
                Concurrently<EpochClosing> second = Concurrently.start(() -> {
                    CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.RECLAIM);
                    beforeLooking.release();
                    return closing.join();
                });
                first.join();
                second.join();
            }
        }
    }

    @Test
    void aLookThatBeginsTooLateSeesNothingOfTheSlotsNextObject() throws Exception {
        PatchedCore.play(LateLook.class, Patch.breakBefore("ObjectReads", "pin", "pin", "before pinning"));
    }

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

    @Test
    void aSlotThatIsFreedUnderAPinIsNotHandedOut() throws Exception {
        PatchedCore.play(FreeUnderPin.class, Patch.breakAfter("ObjectReads", "pin", "getVolatile", "after pinning"));
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

    @Test
    void aFrameThatIsLeftToTwoLooksIsReleasedOnce() throws Exception {
        PatchedCore.play(
                LastOfTwoLooks.class,
                Patch.breakBefore("ObjectReads", "pin", "pin", "before pinning"),
                Patch.breakAfter("SlabTable", "unpin", "getAndAdd", "after the first pin has gone"));
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

    @Test
    void aLookAtAnObjectThatIsFreedWhileItsEpochIsSealedKeepsItsBytes() throws Exception {
        PatchedCore.play(
                LookWhileSealing.class,
                Patch.breakBefore("EpochCloser", "sealAndEndEmpty", "svState", "before sealing slabs"));
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

    @Test
    void aSharedDomainThatIsLeftUnderAnAllocationGivesNoSegmentThatLasts() throws Exception {
        PatchedCore.play(
                ExitAgainstAllocation.class,
                Patch.breakBefore("EpochDomain", "allocate", "segments", "before taking the segments"),
                Patch.breakBefore("EpochDomain", "allocate", "allocateHandle", "before allocating"));
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

    @Test
    void aCopyIsOfTheHandlesObjectOrNone() throws Exception {
        PatchedCore.play(
                ReadAgainstReuse.class, Patch.breakBefore("ObjectReads", "copyResident", "copy", "before copying"));
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

    @Test
    void anImageThatIsRelocatedWhileItsPromotedSlabDiesIsGivenUpOnce() throws Exception {
        PatchedCore.play(
                RelocationAgainstLastFree.class,
                Patch.breakBefore("SlabsForTier", "relocate", "move", "before noting the move"));
    }

    static class RelocationAgainstLastFree extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeMove = Breakpoint.at("before noting the move")) {
                Concurrently<Void> relocating = Concurrently.start(() -> {
                    tier.relocateAll();
                    return null;
                });
                beforeMove.awaitReached();
                free(handles);
                beforeMove.release();
                relocating.join();
            }
            assertThat(tier.imageCount()).isZero();
        }
    }

    @Test
    void anImageThatIsRelocatedWhileItsPromotedSlabTurnsColdIsFollowed() throws Exception {
        PatchedCore.play(
                RelocationAgainstDrop.class,
                Patch.breakBefore("UnchangedSlabs", "settleWaiting", "awaitReaders", "before waiting for readers"));
    }

    static class RelocationAgainstDrop extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeWaiting.awaitReached();
                Concurrently<Void> relocating = Concurrently.start(() -> {
                    tier.relocateAll();
                    return null;
                });
                beforeWaiting.release();
                closing.join();
                relocating.join();
            }
            assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
            assertThat(tier.imageCount()).isEqualTo(1);
            requireLive(handles);
        }
    }

    @Test
    void aSlabWhoseLastObjectIsFreedWhileItIsDroppedEnds() throws Exception {
        PatchedCore.play(
                LastFreeWhileDropping.class,
                Patch.breakBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                Patch.breakBefore("UnchangedSlabs", "settleWaiting", "awaitReaders", "before waiting for readers"));
    }

    static class LastFreeWhileDropping extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeClaiming = Breakpoint.at("before claiming the header");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClaiming.awaitReached();
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeWaiting.awaitReached();
                beforeClaiming.release();
                beforeWaiting.release();
                assertThat(freeing.join()).isTrue();
                closing.join();
            }
            assertThat(tier.imageCount()).isZero();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }
}
