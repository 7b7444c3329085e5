package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.changed.Beside;
import io.znsslab.core.changed.Change;
import io.znsslab.core.changed.ChangedCore;
import io.znsslab.core.changed.Stop;
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

    /** A race, played in a copy of core that has the stops it needs. */
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
        ChangedCore.play(
                MailedWhenFull.class,
                Change.stopBefore("slab.SlabSupply", "noteRemoteFree", "casState", "before mailing"));
    }

    static class MailedWhenFull extends Race {
        @Override
        void play() {
            long[] first = allocate(OBJECTS_PER_SLAB, 0);
            long[] second = allocate(OBJECTS_PER_SLAB, 0);
            try (Stop beforeMailing = Stop.at("before mailing")) {
                Beside<Void> freeing = Beside.start(() -> {
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
        ChangedCore.play(
                OwnersFreeAgainstDiscard.class,
                Change.stopAfter("epoch.EpochCloser$Hold", "take", "awaitOwners", "after waiting for owners"),
                Change.stopBefore("SlabAllocator", "freeAtHome", "isBeingClosed", "before looking for closers"));
    }

    static class OwnersFreeAgainstDiscard extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 1);
            try (Stop afterOwners = Stop.at("after waiting for owners");
                    Stop beforeLooking = Stop.at("before looking for closers")) {
                Beside<long[]> closing = Beside.start(() -> {
                    close(1, Disposition.DISCARD);
                    return allocate(1, 2);
                });
                afterOwners.awaitReached();
                Beside<Void> main = Beside.start(() -> {
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
        ChangedCore.play(
                ZeroingAgainstDiscard.class,
                Change.stopAfter("SlabAllocator", "allocate", "exit", "after the owner section"));
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
            try (Stop afterSection = Stop.at("after the owner section")) {
                Beside<long[]> others = Beside.start(() -> {
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
        ChangedCore.play(
                LastFreeWhileSealing.class,
                Change.stopBefore("epoch.EpochCloser", "seal", "mergeFreeSlots", "before the merge"),
                Change.stopBefore("epoch.EpochCloser$Hold", "mergeFreeSlots", "addRemote", "before adding free slots"));
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
            Beside.run(() -> {
                for (int i = 1; i < handles.length; i++) {
                    free(handles[i]);
                }
                return null;
            });
            try (Stop beforeMerge = Stop.at("before the merge")) {
                Beside<EpochClosing> closing = Beside.start(() -> close(0, Disposition.RECLAIM));
                beforeMerge.awaitReached();
                free(handles[0]);
                long[] next = allocate(10, 1);
                try (Stop beforeAdding = Stop.at("before adding free slots", 1)) {
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
        ChangedCore.play(
                LateLookAtAnEmptySlab.class,
                Change.stopBefore("epoch.EpochCloser", "sealAndEndEmpty", "endIfEmpty", "before ending empty slabs"),
                Change.stopAfter("epoch.SealedSlabs", "endIfEmpty", "isEmpty", "after finding it empty"),
                Change.stopBefore("epoch.EpochCloser", "seal", "awaitReaders", "before waiting for readers"));
    }

    static class LateLookAtAnEmptySlab extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            for (int i = 1; i < OBJECTS_PER_SLAB; i++) {
                free(handles[i]);
            }
            try (Stop beforeEnding = Stop.at("before ending empty slabs");
                    Stop foundEmpty = Stop.at("after finding it empty")) {
                Beside<long[]> closing = Beside.start(() -> {
                    close(0, Disposition.RECLAIM);
                    return allocate(OBJECTS_PER_SLAB, 1);
                });
                beforeEnding.awaitReached();
                Beside<Void> freeing = Beside.start(() -> {
                    free(handles[0]);
                    return null;
                });
                foundEmpty.awaitReached();
                beforeEnding.release();
                long[] next = closing.join();
                try (Stop beforeWaiting = Stop.at("before waiting for readers")) {
                    Beside<EpochClosing> nextClosing = Beside.start(() -> close(1, Disposition.RECLAIM));
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
        ChangedCore.play(
                LastFreeWhilePromoting.class,
                Change.stopBefore("ColdSide", "free", "clearColdBit", "before clearing the bit"),
                Change.stopBefore("Promotions", "settle", "awaitReaders", "before waiting for readers"));
    }

    static class LastFreeWhilePromoting extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Stop beforeClearing = Stop.at("before clearing the bit");
                    Stop beforeWaiting = Stop.at("before waiting for readers")) {
                Beside<Boolean> freeing = Beside.start(() -> allocator.free(handles[0]));
                beforeClearing.awaitReached();
                Beside<MemorySegment> resolving = Beside.start(() -> allocator.resolve(handles[0]));
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
        ChangedCore.play(
                LastFreeWhileRelocating.class,
                Change.stopBefore("ColdSide", "free", "clearColdBit", "before clearing the bit"));
    }

    static class LastFreeWhileRelocating extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Stop beforeClearing = Stop.at("before clearing the bit")) {
                Beside<Boolean> freeing = Beside.start(() -> allocator.free(handles[0]));
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
        ChangedCore.play(
                FreeAgainstDiscardOfAFailedDemotion.class,
                Change.stopBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                Change.stopBefore("ClosedDiscard", "discard", "awaitReaders", "before the discard waits"),
                Change.stopBefore("Demotion", "discardFrames", "awaitReaders", "before the demotion waits"));
    }

    static class FreeAgainstDiscardOfAFailedDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Stop beforeClaiming = Stop.at("before claiming the header");
                    Stop discardWaits = Stop.at("before the discard waits");
                    Stop demotionWaits = Stop.at("before the demotion waits")) {
                Beside<Boolean> freeing = Beside.start(() -> allocator.free(handles[20]));
                beforeClaiming.awaitReached();
                Beside<EpochClosing> discarding = Beside.start(() -> close(0, Disposition.DISCARD));
                discardWaits.awaitReached();
                Beside<Void> handingOver = Beside.start(() -> {
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
        ChangedCore.play(
                DiscardAgainstEndOfDemotion.class,
                Change.stopBefore("ClosedDiscard", "endDemoting", "change", "before changing the word"));
    }

    static class DiscardAgainstEndOfDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Stop beforeChanging = Stop.at("before changing the word")) {
                Beside<EpochClosing> discarding = Beside.start(() -> close(0, Disposition.DISCARD));
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
        ChangedCore.play(
                EndOfDemotionAgainstDiscard.class,
                Change.stopAfter("ClosedDiscard", "endDemoting", "change", "after changing the word"),
                Change.stopBefore("Demotion", "beginMove", "awaitSettled", "before waiting for the discard"));
    }

    static class EndOfDemotionAgainstDiscard extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Stop afterChanging = Stop.at("after changing the word");
                    Stop beforeWaiting = Stop.at("before waiting for the discard")) {
                Beside<EpochClosing> discarding = Beside.start(() -> close(0, Disposition.DISCARD));
                afterChanging.awaitReached();
                Beside<Void> handingOver = Beside.start(() -> {
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
        ChangedCore.play(
                DrainAgainstDemotion.class, Change.stopBefore("Epochs", "demote", "demote", "before the demotion"));
    }

    static class DrainAgainstDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            try (Stop beforeDemotion = Stop.at("before the demotion")) {
                Beside<EpochClosing> closing = Beside.start(() -> close(0, Disposition.DEMOTE));
                beforeDemotion.awaitReached();
                free(handles[0]);
                long[] next = Beside.run(() -> allocate(1, 1));
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
        ChangedCore.play(
                ClosingTwiceAtOnce.class,
                Change.stopBefore("Epochs", "closeOnLastExit", "waitForExit", "before looking for visitors"));
    }

    static class ClosingTwiceAtOnce extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            try (Stop beforeLooking = Stop.at("before looking for visitors")) {
                Beside<EpochClosing> first = Beside.start(() -> close(0, Disposition.RECLAIM));
                beforeLooking.awaitReached();
                Beside<EpochClosing> second = Beside.start(() -> {
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
        ChangedCore.play(LateLook.class, Change.stopBefore("ObjectReads", "pin", "pin", "before pinning"));
    }

    static class LateLook extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Stop beforePinning = Stop.at("before pinning")) {
                Beside<Boolean> looking = Beside.start(() -> allocator.read(handles[0], _ -> {
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
        ChangedCore.play(FreeUnderPin.class, Change.stopAfter("ObjectReads", "pin", "getVolatile", "after pinning"));
    }

    static class FreeUnderPin extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Stop afterPinning = Stop.at("after pinning")) {
                Beside<Boolean> looking = Beside.start(() -> allocator.read(
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
        ChangedCore.play(
                LastOfTwoLooks.class,
                Change.stopBefore("ObjectReads", "pin", "pin", "before pinning"),
                Change.stopAfter("slab.SlabTable", "unpin", "getAndAdd", "after the first pin has gone"));
    }

    static class LastOfTwoLooks extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long handle = allocate(1, 0)[0];
            close(0, Disposition.RECLAIM);
            CountDownLatch leave = new CountDownLatch(1);
            CountDownLatch inside = new CountDownLatch(1);
            Beside<Boolean> first = Beside.start(() -> allocator.read(handle, payload -> {
                inside.countDown();
                await(leave);
                assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(handle);
            }));
            await(inside);
            try (Stop beforePinning = Stop.at("before pinning");
                    Stop afterFirst = Stop.at("after the first pin has gone")) {
                Beside<Boolean> second = Beside.start(() -> allocator.read(handle, _ -> {}));
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
        ChangedCore.play(
                LookWhileSealing.class,
                Change.stopBefore("epoch.EpochCloser", "sealAndEndEmpty", "svState", "before sealing slabs"));
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
            try (Stop beforeSealing = Stop.at("before sealing slabs")) {
                Beside<EpochClosing> closing = Beside.start(() -> close(0, Disposition.RECLAIM));
                beforeSealing.awaitReached();
                boolean shown = allocator.read(handle, payload -> {
                    assertThat(Beside.run(() -> allocator.free(handle))).isTrue();
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
        ChangedCore.play(
                ExitAgainstAllocation.class,
                Change.stopBefore("EpochDomain", "allocate", "segments", "before taking the segments"),
                Change.stopBefore("EpochDomain", "allocate", "allocateHandle", "before allocating"));
    }

    static class ExitAgainstAllocation extends Race {
        @Override
        void play() {
            EpochDomain domain = allocator.wrapDomain(0);
            for (String stop : new String[] {"before taking the segments", "before allocating"}) {
                for (boolean again : new boolean[] {false, true}) {
                    domain.enter();
                    try (Stop stopped = Stop.at(stop)) {
                        Beside<MemorySegment> allocating = Beside.start(() -> {
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
        ChangedCore.play(
                ReadAgainstReuse.class, Change.stopBefore("ObjectReads", "copyResident", "copy", "before copying"));
    }

    static class ReadAgainstReuse extends Race {
        @Override
        void play() {
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            try (Stop beforeCopying = Stop.at("before copying");
                    Arena arena = Arena.ofShared()) {
                MemorySegment copy = arena.allocate(120, Long.BYTES);
                Beside<Integer> reading = Beside.start(() -> allocator.read(handles[0], copy));
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
        ChangedCore.play(
                RelocationAgainstLastFree.class,
                Change.stopBefore("SlabsForTier", "relocate", "move", "before noting the move"));
    }

    static class RelocationAgainstLastFree extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Stop beforeMove = Stop.at("before noting the move")) {
                Beside<Void> relocating = Beside.start(() -> {
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
        ChangedCore.play(
                RelocationAgainstDrop.class,
                Change.stopBefore("UnchangedSlabs", "settleWaiting", "awaitReaders", "before waiting for readers"));
    }

    static class RelocationAgainstDrop extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Stop beforeWaiting = Stop.at("before waiting for readers")) {
                Beside<EpochClosing> closing = Beside.start(() -> close(0, Disposition.DEMOTE));
                beforeWaiting.awaitReached();
                Beside<Void> relocating = Beside.start(() -> {
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
        ChangedCore.play(
                LastFreeWhileDropping.class,
                Change.stopBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                Change.stopBefore("UnchangedSlabs", "settleWaiting", "awaitReaders", "before waiting for readers"));
    }

    static class LastFreeWhileDropping extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Stop beforeClaiming = Stop.at("before claiming the header");
                    Stop beforeWaiting = Stop.at("before waiting for readers")) {
                Beside<Boolean> freeing = Beside.start(() -> allocator.free(handles[0]));
                beforeClaiming.awaitReached();
                Beside<EpochClosing> closing = Beside.start(() -> close(0, Disposition.DEMOTE));
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
