package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing an epoch or an allocator by force while domains are entered. */
@Timeout(60)
class ForcedCloseTest {
    private SlabAllocator allocator = open();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private static SlabAllocator open() {
        return open(4);
    }

    private static SlabAllocator open(int epochCount) {
        return SlabAllocator.builder()
                .limitBytes(8 << 20)
                .epochCount(epochCount)
                .build();
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        allocator.closeNow();
        assertThat(failures).isEmpty();
    }

    private Thread start(Runnable work) {
        Thread thread = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                .start(work);
        threads.add(thread);
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The epoch of a confined domain whose thread ended inside. */
    private long epochOfEndedThread() throws InterruptedException {
        AtomicLong epoch = new AtomicLong();
        start(() -> {
                    EpochDomain domain = allocator.openDomain();
                    domain.allocate(100);
                    epoch.set(domain.epoch());
                })
                .join();
        return epoch.get();
    }

    private static void assertRefuses(EpochDomain domain) {
        assertThatIllegalStateException().isThrownBy(domain::enter).withMessageContaining("closed by force");
        assertThatIllegalStateException().isThrownBy(() -> domain.allocate(8)).withMessageContaining("closed by force");
        assertThatIllegalStateException().isThrownBy(() -> domain.allocate(100_000));
        assertThatIllegalStateException().isThrownBy(() -> domain.allocateHandle(8));
        assertThatIllegalStateException().isThrownBy(() -> domain.resolve(0));
        domain.exit();
        domain.close();
    }

    @Test
    void anEpochWhoseThreadEndedInsideIsClosedByForce() throws InterruptedException {
        long epoch = epochOfEndedThread();
        CompletableFuture<EpochClosing> waiting = allocator.closeEpoch(epoch, Disposition.DISCARD);
        assertThat(waiting).isNotDone();

        assertThat(allocator.closeEpochNow(epoch, Disposition.DISCARD).join().slabs())
                .isOne();

        assertThat(waiting.join().slabs()).isOne();
        allocator.checkInvariants();
        allocator.close();
    }

    @Test
    void aSharedDomainThatSeveralHaveEnteredIsRevoked() {
        EpochDomain domain = allocator.openSharedDomain(Disposition.DISCARD);
        EpochDomain wrapped = allocator.wrapDomain(domain.epoch()).enter();
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch revoked = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            start(() -> {
                domain.enter();
                entered.countDown();
                await(revoked);
                assertRefuses(domain);
            });
        }
        await(entered);
        MemorySegment segment = domain.allocate(8);
        MemorySegment other = wrapped.allocate(8);

        assertThat(allocator
                        .closeEpochNow(domain.epoch(), Disposition.DISCARD)
                        .join()
                        .slabs())
                .isOne();

        revoked.countDown();
        assertThatIllegalStateException().isThrownBy(() -> segment.set(JAVA_LONG, 0, 1));
        assertThatIllegalStateException().isThrownBy(() -> other.set(JAVA_LONG, 0, 1));
        assertRefuses(domain);
        assertRefuses(wrapped);
    }

    @Test
    void exitsOfARevokedDomainLeaveALaterEpochAtItsPlaceAlone() {
        EpochDomain revoked = allocator.openSharedDomain(Disposition.RECLAIM).enter();
        allocator.closeEpochNow(revoked.epoch(), Disposition.RECLAIM).join();
        List<EpochDomain> later = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            later.add(allocator.openSharedDomain(Disposition.RECLAIM));
        }
        assertThat(later).anyMatch(domain -> (domain.epoch() - revoked.epoch()) % 4 == 0);

        revoked.exit();
        revoked.exit();
        revoked.exit();

        for (EpochDomain domain : later) {
            assertThat(allocator.epochInfo(domain.epoch()).entries()).isOne();
            domain.allocate(8).set(JAVA_LONG, 0, 1);
            domain.close();
        }
        allocator.checkInvariants();
    }

    @Test
    void aLivingThreadsConfinedDomainIsNotForcedByAnother() throws InterruptedException {
        EpochDomain domain = allocator.openDomain();
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        start(() -> {
                    try {
                        allocator
                                .closeEpochNow(domain.epoch(), Disposition.DISCARD)
                                .join();
                    } catch (IllegalStateException e) {
                        refusal.set(e);
                    }
                })
                .join();

        assertThat(refusal.get())
                .hasMessageContaining("epoch %d can't be closed by force", domain.epoch())
                .hasMessageContaining(Thread.currentThread().getName());
        domain.allocate(8).set(JAVA_LONG, 0, 1);
        domain.close();
    }

    @Test
    void aThreadClosesByForceTheEpochOfItsOwnDomain() {
        EpochDomain domain = allocator.openDomain().enter();
        MemorySegment segment = domain.allocate(8);

        assertThat(allocator
                        .closeEpochNow(domain.epoch(), Disposition.DISCARD)
                        .join()
                        .slabs())
                .isOne();

        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        assertRefuses(domain);
        allocator.close();
    }

    @Test
    void anEpochIsClosedByForceWithinAReadCallback() {
        EpochDomain domain = allocator.openDomain();
        long handle = domain.allocateHandle(8);
        allocator.read(handle, payload -> {
            assertThat(allocator
                            .closeEpochNow(domain.epoch(), Disposition.DISCARD)
                            .join()
                            .slabs())
                    .isOne();
            assertThat(payload.get(JAVA_LONG, 0)).isNotNegative();
            assertThatIllegalStateException()
                    .isThrownBy(allocator::closeNow)
                    .withMessageContaining("within its read callback");
        });
        assertThat(allocator.free(handle)).isFalse();
        domain.close();
        allocator.close();
    }

    @Test
    void anAllocatorIsClosedByForceWhereThreadsEndedInside() throws InterruptedException {
        long epoch = epochOfEndedThread();
        CompletableFuture<EpochClosing> waiting = allocator.closeEpoch(epoch, Disposition.RECLAIM);
        EpochDomain own = allocator.openDomain();
        EpochDomain shared = allocator.openSharedDomain(Disposition.RECLAIM);
        MemorySegment ownBytes = own.allocate(8);
        MemorySegment sharedBytes = shared.allocate(8);

        allocator.closeNow();

        assertThatThrownBy(waiting::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closing of epoch %d has not happened", epoch);
        assertThatIllegalStateException().isThrownBy(() -> ownBytes.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> sharedBytes.get(JAVA_LONG, 0));
        assertRefuses(own);
        assertRefuses(shared);
        assertThatIllegalStateException().isThrownBy(() -> allocator.allocate(8, 0));
        allocator.closeNow();
        allocator.close();
    }

    @Test
    void aWriteAfterAForcedCloseNeverReachesAnotherAllocatorsMemory() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Thread writer = start(() -> {
            EpochDomain domain = allocator.openDomain();
            List<MemorySegment> objects = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                objects.add(domain.allocate(100));
            }
            inside.countDown();
            await(closed);
            objects.forEach(object -> object.fill((byte) 0x66));
            assertRefuses(domain);
            assertThatIllegalStateException()
                    .isThrownBy(() -> objects.getFirst().fill((byte) 1));
        });
        await(inside);
        SlabAllocator old = allocator;
        old.closeNow();
        allocator = open();
        long[] handles = new long[1000];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        closed.countDown();
        writer.join();
        for (int i = 0; i < handles.length; i++) {
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
        allocator.checkInvariants();
        old.closeNow();
    }

    /** Threads enter, allocate and exit while epochs, and at last the allocator, are closed by force. */
    @Test
    void forcedClosesMayRaceWithAllElse() throws InterruptedException {
        long seed = System.nanoTime();
        for (int round = 0; round < 20; round++) {
            raceOnce(new SplittableRandom(seed + round), "seed " + seed + ", round " + round);
        }
    }

    private void raceOnce(SplittableRandom random, String description) throws InterruptedException {
        SlabAllocator raced = open(16);
        EpochDomain[] shared = {raced.openSharedDomain(Disposition.RECLAIM), raced.wrapDomain(0)};
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(3);
        List<Thread> racers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom own = random.split();
            racers.add(start(() -> {
                started.countDown();
                try {
                    for (int n = 0; n < 3000; n++) {
                        useOnce(raced, shared[n & 1], own.nextInt(3));
                    }
                } catch (Throwable e) {
                    wrong.set(e);
                }
            }));
        }
        await(started);
        int pauses = random.nextInt(20_000);
        for (int i = 0; i < pauses; i++) {
            Thread.onSpinWait();
        }
        assertThat(raced.closeEpochNow(shared[0].epoch(), Disposition.DISCARD)).isNotNull();
        if (random.nextBoolean()) {
            assertThat(raced.closeEpochNow(0, Disposition.DISCARD)).isNotNull();
        }
        if (random.nextBoolean()) {
            for (Thread racer : racers) {
                racer.join();
            }
            raced.checkInvariants();
        }
        raced.closeNow();
        for (Thread racer : racers) {
            racer.join();
        }
        raced.closeNow();
        assertThat(wrong.get()).as(description).isNull();
        try (SlabAllocator next = open(16)) {
            next.resolve(next.allocate(8, 0)).set(JAVA_LONG, 0, 1);
            next.checkInvariants();
        }
    }

    private static void useOnce(SlabAllocator allocator, EpochDomain shared, int kind) {
        try {
            if (kind == 0) {
                try (EpochDomain domain = allocator.openDomain()) {
                    domain.allocate(64).set(JAVA_LONG, 0, 1);
                }
            } else {
                try (EpochDomain domain = shared.enter()) {
                    domain.allocate(64).set(JAVA_LONG, 0, 1);
                }
            }
        } catch (IllegalStateException | ArenaFullException closed) {
            assertThat(closed).hasMessageMatching("(?s).*(clos|inside|full|epoch|in use).*");
        }
    }
}
