package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void whatNoSlotHoldsComesFromTheHeapAndEndsWithItToo() {
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
        assertThat(closing).isCompletedWithValueMatching(result -> result.slabs() == 1);
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
    void theAllocatorStaysOpenWhileSomebodyIsInside() {
        try (EpochDomain request = allocator.openDomain()) {
            assertThatIllegalStateException().isThrownBy(allocator::close).withMessageContaining("entered 1 times");
            assertThat(request.allocate(8)).isNotNull();
        }
    }
}
