package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpochDomainTest {
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).epochCount(4).build();

    @AfterEach
    void close() {
        allocator.close();
    }

    @Test
    void itsSegmentsAreZeroedAndEndWithIt() {
        for (int round = 0; round < 100; round++) {
            MemorySegment segment;
            try (EpochDomain request = allocator.openDomain()) {
                segment = request.allocate(100);
                assertThat(segment.byteSize()).isEqualTo(100);
                assertThat(segment.mismatch(MemorySegment.ofArray(new byte[100])))
                        .isEqualTo(-1);
                segment.fill((byte) 7);
                assertThat(segment.scope()).isEqualTo(request.scope());
            }
            assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        }
        allocator.trim();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void oversizedSegmentsComeFromTheHeapAndEndWithTheDomainToo() {
        MemorySegment large;
        MemorySegment aligned;
        try (EpochDomain request = allocator.openDomain()) {
            large = request.allocate(1 << 20);
            aligned = request.allocate(64, 4096);
            assertThat(large.byteSize()).isEqualTo(1 << 20);
            assertThat(aligned.address() % 4096).isZero();
        }
        assertThatIllegalStateException().isThrownBy(() -> large.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> aligned.get(JAVA_LONG, 0));
    }

    @Test
    void itsHandlesAreStaleAfterTheLastExit() {
        long handle;
        try (EpochDomain request = allocator.openDomain()) {
            handle = request.allocateHandle(100);
            request.resolve(handle).set(JAVA_LONG, 0, 5);
            try (EpochDomain _ = request.enter()) {
                assertThat(request.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(5);
            }
            assertThat(allocator.resolve(handle)).isNotNull();
        }
        assertThat(allocator.resolve(handle)).isNull();
    }

    @Test
    void openingOneDoesNotChangeTheCurrentEpochAndSkipsLongLivedOnes() {
        for (int round = 0; round < 20; round++) {
            try (EpochDomain request = allocator.openDomain()) {
                assertThat(request.epoch()).isGreaterThan(0);
                assertThat(allocator.currentEpoch()).isZero();
            }
        }
        EpochDomain first = allocator.openDomain();
        EpochDomain second = allocator.openDomain();
        EpochDomain third = allocator.openDomain();
        assertThatThrownBy(allocator::openDomain).isInstanceOf(EpochOpenException.class);
        first.close();
        second.close();
        third.close();
    }

    @Test
    void aForeignClosingStopsAllocationAndHappensAtTheLastExit() {
        EpochDomain request = allocator.openDomain();
        long handle = request.allocateHandle(100);
        MemorySegment segment = request.resolve(handle);
        segment.set(JAVA_LONG, 0, 9);
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(request.epoch(), Disposition.DISCARD);
        assertThat(closing).isNotDone();
        assertThat(allocator.closeEpoch(request.epoch(), Disposition.RECLAIM)).isNotDone();
        assertThat(segment.get(JAVA_LONG, 0)).isEqualTo(9);
        assertThatIllegalStateException().isThrownBy(() -> request.allocate(8)).withMessageContaining("closed");
        request.close();
        assertThat(closing.join().slabs()).isEqualTo(1);
        assertThat(allocator.resolve(handle)).isNull();
    }

    @Test
    void aWrappedEpochCanBeEnteredAgainAndStaysOpen() {
        EpochDomain domain = allocator.wrapDomain(0);
        long handle;
        try (EpochDomain _ = domain.enter()) {
            handle = domain.allocateHandle(100);
        }
        try (EpochDomain _ = domain.enter()) {
            assertThat(domain.resolve(handle)).isNotNull();
        }
        assertThat(allocator.resolve(handle)).isNotNull();
        domain.forceClose().join();
        assertThatIllegalStateException().isThrownBy(domain::enter);
        assertThatIllegalStateException().isThrownBy(domain::exit);
    }

    @Test
    void aSharedDomainClosesWithTheLastOfItsThreads() throws InterruptedException {
        EpochDomain shared = allocator.openSharedDomain(Disposition.DISCARD);
        long handle = shared.allocateHandle(100);
        CountDownLatch inside = new CountDownLatch(4);
        CountDownLatch leave = new CountDownLatch(1);
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                try (EpochDomain _ = shared.enter()) {
                    shared.allocate(50);
                    inside.countDown();
                    leave.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        inside.await();
        shared.close();
        assertThat(allocator.resolve(handle)).isNotNull();
        leave.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(allocator.resolve(handle)).isNull();
    }

    @Test
    void aConfinedDomainRefusesOtherThreads() throws InterruptedException {
        try (EpochDomain request = allocator.openDomain()) {
            Throwable[] thrown = new Throwable[1];
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    request.allocate(8);
                } catch (WrongThreadException e) {
                    thrown[0] = e;
                }
            });
            other.join();
            assertThat(thrown[0]).isInstanceOf(WrongThreadException.class);
        }
    }

    @Test
    void anObjectOfAnotherEpochIsRefused() {
        long other = allocator.allocate(8, 0);
        try (EpochDomain request = allocator.openDomain()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> request.resolve(other))
                    .withMessageContaining("another epoch");
        }
    }

    @Test
    void theAllocatorStaysOpenWhileAThreadIsInside() {
        try (EpochDomain request = allocator.openDomain()) {
            assertThatIllegalStateException().isThrownBy(allocator::close).withMessageContaining("entered 1 times");
            assertThat(request.allocate(8)).isNotNull();
        }
    }

    @Test
    void whatASlotHoldsComesFromASlabOfTheEpoch() {
        try (EpochDomain request = allocator.openDomain()) {
            request.allocate(0);
            request.allocate(760);
            request.allocate(8, 8);
            assertThat(allocator.epochInfo(request.epoch()).liveObjects()).isEqualTo(3);
            assertThat(request.allocate(8, 8).address() % 8).isZero();
            assertThat(request.allocate(761).byteSize()).isEqualTo(761);
            assertThat(allocator.epochInfo(request.epoch()).liveObjects()).isEqualTo(5);
            int objects = 5;
            for (int alignment = 1; alignment <= 2048; alignment *= 2) {
                for (int bytes : new int[] {0, 1, 100, 1900}) {
                    MemorySegment segment = request.allocate(bytes, alignment);
                    assertThat(segment.address() % alignment).isZero();
                    assertThat(segment.byteSize()).isEqualTo(bytes);
                    assertThat(segment.fill((byte) -1).mismatch(segment)).isEqualTo(-1);
                    objects++;
                }
            }
            assertThat(allocator.epochInfo(request.epoch()).liveObjects()).isEqualTo(objects);
            allocator.checkInvariants();
        }
    }

    @Test
    void whatNoSlabHoldsComesFromTheHeapOfC() {
        try (EpochDomain request = allocator.openDomain()) {
            assertThat(request.allocate(4017).byteSize()).isEqualTo(4017);
            assertThat(request.allocate(8, 1 << 16).address() % (1 << 16)).isZero();
            assertThat(allocator.epochInfo(request.epoch()).liveObjects()).isZero();
        }
        assertThat(allocator.domainHeapBytes()).isEqualTo(4017 + 8);
    }

    @Test
    void sizesThatNoArenaAllocatesAreRefused() {
        try (EpochDomain request = allocator.openDomain()) {
            assertThatIllegalArgumentException().isThrownBy(() -> request.allocate(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> request.allocate(8, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> request.allocate(8, 3));
            assertThatIllegalArgumentException().isThrownBy(() -> request.allocate(8, -4));
        }
    }

    @Test
    void atTheMemoryLimitItSaysWhatToDo() {
        try (EpochDomain request = allocator.openDomain()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            request.allocate(760);
                        }
                    })
                    .isInstanceOf(ArenaFullException.class)
                    .hasMessage("live objects fill the memory limit of 8388608 bytes;"
                            + " free some, close epochs or raise limitBytes");
        }
        allocator.trim();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void theOwnerOfADomainDoesNotWaitInItForItsOwnExit() {
        EpochDomain domain = allocator.openDomain();
        CompletableFuture<EpochClosing> forced = domain.forceClose();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(domain.epoch(), Disposition.DISCARD);
        CompletableFuture<Long> stage = closing.thenApply(EpochClosing::epoch);
        String refusal = "the closing of epoch %d can't be waited for inside its domain: leave the domain first"
                .formatted(domain.epoch());
        assertThatIllegalStateException().isThrownBy(forced::join).withMessage(refusal);
        assertThatIllegalStateException().isThrownBy(closing::get).withMessage(refusal);
        assertThatIllegalStateException()
                .isThrownBy(() -> stage.get(1, TimeUnit.SECONDS))
                .withMessage(refusal);
        Concurrently<Long> waiting = Concurrently.start(stage::join);
        domain.close();
        assertThat(waiting.join()).isEqualTo(domain.epoch());
        assertThat(forced.join().epoch()).isEqualTo(domain.epoch());
    }

    @Test
    void aThreadThatEnteredAWrappedDomainDoesNotWaitInItForItsOwnExit() {
        EpochDomain domain = allocator.wrapDomain(0);
        domain.enter();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DISCARD);
        String refusal = "the closing of epoch 0 can't be waited for inside its domain: leave the domain first";
        assertThatIllegalStateException().isThrownBy(closing::join).withMessage(refusal);
        assertThatIllegalStateException()
                .isThrownBy(() -> closing.thenApply(EpochClosing::epoch).get(1, TimeUnit.SECONDS))
                .withMessage(refusal);
        Concurrently<EpochClosing> waiting = Concurrently.start(closing::join);
        domain.exit();
        assertThat(waiting.join().epoch()).isZero();
        assertThat(closing.join().epoch()).isZero();
    }

    @Test
    void aThreadThatHasLeftAWrappedDomainWaitsForTheOthersInIt() throws InterruptedException {
        EpochDomain domain = allocator.wrapDomain(0);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Concurrently<Void> other = Concurrently.start(() -> {
            domain.enter();
            inside.countDown();
            goOn.await();
            domain.exit();
            return null;
        });
        inside.await();
        domain.enter().enter();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DISCARD);
        domain.exit();
        assertThatIllegalStateException().isThrownBy(closing::join);
        domain.exit();
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> closing.get(1, TimeUnit.MILLISECONDS));
        goOn.countDown();
        assertThat(closing.join().epoch()).isZero();
        other.join();
    }

    @Test
    void aThreadThatEnteredAWrappedDomainForAnotherOneGoesOnInAContinuation() {
        EpochDomain domain = allocator.wrapDomain(0);
        domain.enter();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DISCARD);
        CompletableFuture<Long> afterwards = closing.thenApply(EpochClosing::epoch);
        assertThatIllegalStateException().isThrownBy(closing::join);
        Concurrently.start(() -> {
                    domain.exit();
                    return null;
                })
                .join();
        assertThat(closing.join().epoch()).isZero();
        assertThat(afterwards.join()).isZero();
    }

    @Test
    void ofAWrappedDomainWhoseEntriesAreHandedOverAnyThreadWaits() {
        EpochDomain domain = allocator.wrapDomain(0);
        domain.enter().enter();
        Concurrently.start(() -> {
                    domain.exit();
                    return null;
                })
                .join();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DISCARD);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> closing.get(1, TimeUnit.MILLISECONDS));
        Concurrently<Void> last = Concurrently.start(() -> {
            domain.exit();
            return null;
        });
        assertThat(closing.join().epoch()).isZero();
        last.join();
    }

    @Test
    void theOpenerOfASharedDomainWaitsForAnotherThreadsLastExit() {
        EpochDomain domain = allocator.openSharedDomain(Disposition.DISCARD);
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(domain.epoch(), Disposition.DISCARD);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> closing.get(1, TimeUnit.MILLISECONDS));
        Concurrently<Void> last = Concurrently.start(() -> {
            domain.exit();
            return null;
        });
        assertThat(closing.join().epoch()).isEqualTo(domain.epoch());
        last.join();
    }

    @Test
    void theScopeOfADomainThatWasLeftHasEnded() {
        EpochDomain unused = allocator.openDomain();
        unused.close();
        assertThat(unused.scope().isAlive()).isFalse();
        EpochDomain used = allocator.openDomain();
        MemorySegment.Scope scope = used.allocate(8).scope();
        assertThat(used.scope()).isEqualTo(scope);
        used.close();
        assertThat(used.scope()).isEqualTo(scope);
        assertThat(scope.isAlive()).isFalse();
        EpochDomain wrapped = allocator.wrapDomain(0).enter();
        MemorySegment.Scope first = wrapped.scope();
        wrapped.exit();
        wrapped.enter();
        assertThat(wrapped.scope()).isNotEqualTo(first);
        assertThat(wrapped.scope().isAlive()).isTrue();
        wrapped.exit();
    }

    @Test
    void aThreadOutsideGetsNothing() {
        EpochDomain domain = allocator.wrapDomain(0);
        String outside = "no thread is inside the domain of epoch 0";
        assertThatIllegalStateException().isThrownBy(() -> domain.allocate(8)).withMessage(outside);
        assertThat(domain.scope().isAlive()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> domain.resolve(1)).withMessage(outside);
        assertThatIllegalStateException().isThrownBy(domain::exit).withMessage(outside);
        long handle = allocator.allocate(8, 0);
        MemorySegment payload;
        try (EpochDomain _ = domain.enter()) {
            payload = domain.resolve(handle);
            domain.enter().exit();
            assertThat(payload.scope().isAlive()).isTrue();
        }
        assertThatIllegalStateException().isThrownBy(() -> payload.get(JAVA_LONG, 0));
        assertThat(allocator.epochInfo(0).entries()).isZero();
    }

    @Test
    void aStaleHandleResolvesToNothing() {
        try (EpochDomain request = allocator.openDomain()) {
            long handle = request.allocateHandle(8);
            allocator.free(handle);
            assertThat(request.resolve(handle)).isNull();
        }
    }

    @Test
    void aDomainThatHasEndedIsNotEnteredAgain() {
        EpochDomain request = allocator.openDomain();
        long epoch = request.epoch();
        request.close();
        assertThatIllegalStateException()
                .isThrownBy(request::enter)
                .withMessage("domain of epoch %d can't be entered: the epoch is closed", epoch);
        assertThat(allocator.epochInfo(epoch).state()).isEqualTo(EpochInfo.State.DRAINED);
    }

    @Test
    void aReclaimingDomainLeavesItsObjects() {
        long handle;
        long epoch;
        try (EpochDomain request = allocator.openDomain(Disposition.RECLAIM)) {
            handle = request.allocateHandle(100);
            epoch = request.epoch();
        }
        assertThat(allocator.allocate(100, epoch)).isEqualTo(Handle.EPOCH_CLOSED);
        assertThat(allocator.resolve(handle)).isNotNull();
        assertThat(allocator.undrainedEpochs()).singleElement().matches(info -> info.epoch() == epoch);
    }

    @Test
    void aForcedCloseClosesADomainAsItsLastExitWouldHave() {
        EpochDomain request = allocator.openDomain(Disposition.RECLAIM);
        CompletableFuture<EpochClosing> reclaiming = request.forceClose();
        request.close();
        assertThat(reclaiming.join().disposition()).isEqualTo(Disposition.RECLAIM);
        EpochDomain discarding = allocator.openSharedDomain(Disposition.DISCARD);
        CompletableFuture<EpochClosing> discard = discarding.forceClose();
        assertThat(discard).isNotDone();
        discarding.close();
        assertThat(discard.join().disposition()).isEqualTo(Disposition.DISCARD);
        assertThat(allocator.wrapDomain(0).forceClose().join().disposition()).isEqualTo(Disposition.RECLAIM);
    }

    @Test
    void noMethodOfAConfinedDomainServesAnotherThread() throws InterruptedException {
        EpochDomain request = allocator.openDomain();
        long handle = request.allocateHandle(8);
        List<Throwable> thrown = new ArrayList<>();
        List<Runnable> calls = List.of(
                request::enter,
                request::exit,
                request::scope,
                () -> request.allocate(8),
                () -> request.allocate(8, 4096),
                () -> request.allocateHandle(8),
                () -> request.resolve(handle));
        Thread other = Thread.ofPlatform().start(() -> calls.forEach(call -> thrown.add(catchThrowable(call::run))));
        other.join();
        assertThat(thrown)
                .hasSize(7)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(WrongThreadException.class)
                        .hasMessageStartingWith("the domain of epoch 1 belongs to "));
        request.close();
    }

    @Test
    void theSegmentsOfASharedDomainAreForAllThreads() throws InterruptedException {
        EpochDomain shared = allocator.openSharedDomain(Disposition.DISCARD);
        MemorySegment segment = shared.allocate(8);
        Thread other = Thread.ofPlatform().start(() -> segment.set(JAVA_LONG, 0, 5));
        other.join();
        assertThat(segment.get(JAVA_LONG, 0)).isEqualTo(5);
        assertThat(shared.scope()).isEqualTo(segment.scope());
        shared.close();
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(shared::close).withMessageContaining("no thread is inside");
    }

    @Test
    void aDomainThatADeadThreadLeftEnteredIsNamedWithItsThread() throws Exception {
        EpochDomain left = allocator.wrapDomain(0);
        Thread worker = Thread.ofPlatform().name("worker-7").start(left::enter);
        worker.join();
        assertThatIllegalStateException()
                .isThrownBy(allocator::close)
                .withMessageContaining("epoch 0, 1 times, last by thread \"worker-7\", which has ended");
        left.exit();
    }

    @Test
    void aDomainOfAnEpochThatNeverWasIsRefusedAsSuch() {
        for (long epoch : new long[] {99, -5}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> allocator.wrapDomain(epoch).enter())
                    .withMessageContaining("epoch " + epoch + " was never opened");
        }
    }

    @Test
    void anImpossibleDispositionIsRefusedAtTheEntry() {
        assertThatIllegalStateException().isThrownBy(() -> allocator.openDomain(Disposition.DEMOTE));
        assertThatNullPointerException()
                .isThrownBy(() -> allocator.openSharedDomain(null))
                .withMessage("atLastExit must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> allocator.closeEpoch(0, null))
                .withMessage("disposition must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> allocator.advanceEpoch((String) null))
                .withMessage("label must not be null");
        allocator.close();
    }
}
