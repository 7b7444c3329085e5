package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.statistics.ArenaUsage;
import io.znsslab.core.store.SlabStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What domains leave hot for the next ones, where slabs return their memory to the operating system. */
class HotDomainsTest {
    private static final int SLAB = 4096;
    /** Each fills a packed slab. */
    private static final int OBJECT = 4000;
    /** A place is evicted at the earliest when so much time has passed since it was parked. */
    private static final long PERIOD_NANOS = 100_000_000;

    private SlabStore store;
    private SlabAllocator allocator;

    private void use(int limitSlabs, int hotSlabs) {
        store = new SlabStore(
                new SlabArena(new SlabGeometry(SLAB, 64, 128, 2008), (long) limitSlabs * SLAB),
                HandleLayout.WIDE,
                new SlabStore.Options(16, Reclamation.RETURN_TO_OS, 32, (long) hotSlabs * SLAB, false));
        allocator =
                new SlabAllocator(store, null, false, null, EpochOptions.DEFAULT.packed(true), EpochOptions.DEFAULT);
    }

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private void request(int slabs) {
        try (EpochDomain domain = allocator.openDomain()) {
            for (int count = 0; count < slabs; count++) {
                domain.allocate(OBJECT).fill((byte) count);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void domainsThatFollowOneAnotherGiveNothingBackAndOpenNoSlab() {
        use(1000, 64);
        long begun = System.nanoTime();
        request(8);
        long calls = store.arena.giveBackCalls();
        long opened = allocator.counters().newSlabs();
        for (int round = 0; round < 1000; round++) {
            request(1 + round % 8);
        }
        // More than this thread has given any cause for, where the machine kept it waiting.
        long periods = (System.nanoTime() - begun) / PERIOD_NANOS;
        assertThat(store.arena.giveBackCalls() - calls).isLessThanOrEqualTo(8 * periods);
        assertThat(allocator.counters().newSlabs() - opened).isLessThanOrEqualTo(8 * periods);
    }

    @Test
    void whatIsLeftHotGoesBackOnceNoDomainFollows() {
        use(1000, 64);
        for (int round = 0; round < 3; round++) {
            request(8);
            Concurrently.run(() -> {
                request(5);
                return null;
            });
            assertThat(allocator.arenaUsage().hotBytes()).isLessThanOrEqualTo(13 * SLAB);
            await(() -> allocator.arenaUsage().rssBytes() == 0);
            assertThat(allocator.arenaUsage().hotBytes()).isZero();
            allocator.checkInvariants();
        }
    }

    @Test
    void theBoundHoldsForTheDomainsOfAllThreads() {
        use(4000, 40);
        for (int round = 0; round < 20; round++) {
            List<Concurrently<Object>> threads = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                SplittableRandom random = new SplittableRandom(round * 8 + number);
                threads.add(Concurrently.start(() -> {
                    for (int domains = 0; domains < 20; domains++) {
                        request(random.nextInt(12));
                    }
                    return null;
                }));
            }
            threads.forEach(Concurrently::join);
            allocator.checkInvariants();
            assertThat(allocator.arenaUsage().hotBytes()).isLessThanOrEqualTo(40 * SLAB);
            assertThat(allocator.arenaUsage().rssBytes()).isLessThanOrEqualTo(40 * SLAB);
        }
    }

    @Test
    void whatADomainHasBeyondItsShareGoesBackAtOnceAdjacentFramesInOneCall() {
        use(1000, 64);
        long calls = store.arena.giveBackCalls();
        request(100);
        assertThat(allocator.epochStatistics().bytesReturned()).isEqualTo((100 - 64 / 2) * (long) SLAB);
        assertThat(allocator.arenaUsage().rssBytes()).isLessThanOrEqualTo(64 / 2 * SLAB);
        assertThat(store.arena.giveBackCalls() - calls).isLessThanOrEqualTo(8);
        allocator.checkInvariants();
        request(3);
    }

    @Test
    void anEpochClosedByItsNumberKeepsNothing() {
        use(1000, 64);
        long epoch = allocator.advanceEpoch();
        for (int count = 0; count < 5; count++) {
            allocator.resolve(allocator.allocate(1000, epoch)).fill((byte) 1);
        }
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(allocator.arenaUsage().hotBytes()).isZero();
    }

    @Test
    void trimGivesBackWhatIsHot() {
        use(1000, 64);
        request(8);
        allocator.trim();
        assertThat(allocator.arenaUsage()).isEqualTo(new ArenaUsage(1000 * SLAB, 0, 0, 0));
        request(8);
    }

    @Test
    void whatOtherThreadsLeaveHotServesAThreadThatReachesTheLimit() {
        use(64, 16);
        for (int round = 0; round < 20; round++) {
            Concurrently.run(() -> {
                request(8);
                return null;
            });
            long epoch = allocator.advanceEpoch();
            int held = 0;
            while (Handle.isHandle(allocator.allocate(2000, epoch))) {
                held++;
            }
            assertThat(held).isEqualTo(64 * 2);
            allocator.checkInvariants();
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        }
    }

    @Test
    void aDomainThatStaysOpenDoesNotHoldTheShareOfOthers() {
        use(1000, 8);
        request(1);
        try (EpochDomain domain = allocator.openDomain()) {
            domain.allocate(OBJECT).fill((byte) 1);
            await(() -> store.retained.reservedFrames() == 0);
            allocator.checkInvariants();
        }
        assertThat(allocator.arenaUsage().rssBytes()).isLessThanOrEqualTo(SLAB);
    }

    private static Set<Thread> agents() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("zns-slab-decay"))
                .collect(Collectors.toSet());
    }

    @Test
    void theAllocatorClosesWhileMemoryGoesBack() {
        Set<Thread> ofOthers = agents();
        for (int round = 0; round < 3; round++) {
            use(1000, 64);
            for (int thread = 0; thread < 6; thread++) {
                Concurrently.run(() -> {
                    request(8);
                    return null;
                });
            }
            await(() -> store.arena.slabsGivenBack() > 0);
            allocator.close();
            assertThat(ofOthers).containsAll(agents());
        }
        use(1000, 64);
    }

    @Test
    void withoutABudgetADomainGivesAllBackAtOnce() {
        use(1000, 0);
        for (int round = 1; round <= 3; round++) {
            request(8);
            assertThat(allocator.arenaUsage().rssBytes()).isZero();
            assertThat(store.arena.slabsGivenBack()).isEqualTo(8L * round);
        }
        assertThat(store.decay).isNull();
    }
}
