package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.epoch.EpochEnds;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Epochs that are discarded when their time is over. */
class EpochExpiryTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(8 << 20)
            .coldTier(new MemoryTier())
            .build();

    EpochExpiryTest() {
        allocator.expiry().clock(clock);
    }

    @AfterEach
    void close() {
        allocator.close();
    }

    private long openFor(Duration time) {
        return allocator.advanceEpoch(EpochOptions.DEFAULT.timeToLive(time));
    }

    private void pass(Duration time) {
        clock.advance(time);
        allocator.expiry().look();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(deadline);
            Thread.yield();
        }
    }

    private void awaitDrained(long epoch) {
        await(() -> allocator.epochInfo(epoch).state() == EpochInfo.State.DRAINED);
    }

    @Test
    void eachIsDiscardedWholeAtItsTimeAndNotBefore() {
        long second = openFor(MINUTE.multipliedBy(2));
        long first = openFor(MINUTE);
        long unlimited = allocator.advanceEpoch();
        long ofSecond = allocator.allocate(100, second);
        long ofFirst = allocator.allocate(100, first);
        long ofUnlimited = allocator.allocate(100, unlimited);
        pass(MINUTE);
        awaitDrained(first);
        assertThat(allocator.resolve(ofFirst)).isNull();
        assertThat(allocator.allocate(8, first)).isEqualTo(Handle.EPOCH_CLOSED);
        assertThat(allocator.resolve(ofSecond)).isNotNull();
        assertThat(Handle.isHandle(allocator.allocate(8, second))).isTrue();
        pass(MINUTE);
        awaitDrained(second);
        pass(Duration.ofDays(10_000));
        assertThat(allocator.resolve(ofUnlimited)).isNotNull();
        allocator.checkInvariants();
    }

    @Test
    void closedAndColdEpochsEndToo() {
        long reclaimed = openFor(MINUTE);
        long demoted = openFor(MINUTE);
        long hot = allocator.allocate(100, reclaimed);
        long cold = allocator.allocate(100, demoted);
        allocator.advanceEpoch();
        allocator.closeEpoch(reclaimed, Disposition.RECLAIM).join();
        allocator.closeEpoch(demoted, Disposition.DEMOTE).join();
        assertThat(allocator.tierOf(hot)).isEqualTo(Tier.RESIDENT);
        assertThat(allocator.tierOf(cold)).isEqualTo(Tier.COLD);
        pass(MINUTE);
        awaitDrained(reclaimed);
        awaitDrained(demoted);
        assertThat(allocator.tierOf(hot)).isNull();
        assertThat(allocator.tierOf(cold)).isNull();
    }

    @Test
    void aThreadThatIsInsideKeepsItsMemoryUntilItLeaves() {
        long epoch = openFor(MINUTE);
        EpochDomain domain = allocator.wrapDomain(epoch).enter();
        MemorySegment segment = domain.allocate(8);
        segment.set(JAVA_LONG, 0, 5);
        pass(MINUTE);
        await(() -> allocator.allocate(8, epoch) == Handle.EPOCH_CLOSED);
        assertThat(segment.get(JAVA_LONG, 0)).isEqualTo(5);
        assertThat(allocator.epochInfo(epoch).liveObjects()).isPositive();
        domain.exit();
        awaitDrained(epoch);
    }

    @Test
    void aTimeThatIsSaidLaterTakesThePlaceOfTheOneBefore() {
        long shortened = openFor(Duration.ofDays(1));
        long prolonged = openFor(MINUTE);
        long unlimited = allocator.advanceEpoch();
        allocator.discardAt(shortened, clock.instant().plus(MINUTE));
        allocator.discardAt(prolonged, clock.instant().plus(Duration.ofDays(1)));
        allocator.discardAt(unlimited, Instant.MAX);
        pass(MINUTE);
        awaitDrained(shortened);
        assertThat(Handle.isHandle(allocator.allocate(8, prolonged))).isTrue();
        pass(Duration.ofDays(1));
        awaitDrained(prolonged);
        assertThat(Handle.isHandle(allocator.allocate(8, unlimited))).isTrue();
        allocator.discardAt(unlimited, Instant.MIN);
        awaitDrained(unlimited);
    }

    @Test
    void eachTimeThatIsSetIsReportedToTheTier() {
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        WrappedTier tier = new WrappedTier() {
            @Override
            public void epochChanged(long epoch) {
                told.add(epoch);
                told.add(slabs.epoch(epoch).expiresMillis());
            }
        };
        try (SlabAllocator store =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(tier).build()) {
            assertThat(Handle.isHandle(store.allocate(8, 0))).isTrue();
            store.advanceEpoch();
            store.closeEpoch(0, Disposition.DEMOTE).join();
            assertThat(store.epochInfo(0).expires()).isEmpty();
            Instant later = Instant.now().plus(MINUTE);
            store.discardAt(0, later);
            assertThat(store.epochInfo(0).expires()).contains(later);
            store.discardAt(0, Instant.MAX);
            assertThat(store.epochInfo(0).expires()).isEmpty();
            store.discardAt(0, later);
            store.closeEpoch(0, Disposition.DISCARD).join();
            assertThat(store.epochInfo(0).expires()).as("of a drained one").isEmpty();
            assertThat(told.subList(0, 4)).containsExactly(0L, later.toEpochMilli(), 0L, ColdEpoch.NO_EXPIRY);
        }
    }

    @Test
    void theLongestTimesNeverEnd() {
        long epoch = openFor(Duration.ofSeconds(Long.MAX_VALUE, 999_999_998));
        long sooner = openFor(MINUTE);
        pass(Duration.ofDays(100_000));
        awaitDrained(sooner);
        assertThat(Handle.isHandle(allocator.allocate(8, epoch))).isTrue();
    }

    @Test
    void epochsThatEndBeforeTheirTimeAreForgotten() {
        for (int round = 0; round < 5_000; round++) {
            allocator.closeEpoch(openFor(MINUTE), Disposition.DISCARD).join();
        }
        assertThat(allocator.expiry().size()).isLessThan(2_000);
        long epoch = openFor(MINUTE);
        pass(MINUTE);
        awaitDrained(epoch);
    }

    @Test
    void aDiscardThatFailsIsLoggedAndTriedAgain() {
        List<Long> tried = Collections.synchronizedList(new ArrayList<>());
        try (RecordedWarnings logged = new RecordedWarnings(EpochExpiry.class);
                EpochExpiry expiry = new EpochExpiry(
                        new EpochEnds(),
                        epoch -> {
                            tried.add(epoch);
                            return switch (tried.size()) {
                                case 1 -> throw new IllegalStateException("thrown by the test");
                                case 2 -> CompletableFuture.failedFuture(new ZnsSlabException("failed by the test"));
                                default -> CompletableFuture.completedFuture(null);
                            };
                        },
                        _ -> false,
                        _ -> {})) {
            expiry.clock(clock);
            expiry.discardAt(7, clock.instant());
            for (int failures = 1; failures <= 2; failures++) {
                int expected = failures;
                await(() -> logged.messages().size() == expected);
                clock.advance(Duration.ofSeconds(1));
                expiry.look();
            }
            await(() -> tried.size() == 3);
            await(() -> expiry.size() == 0);
            assertThat(tried).containsExactly(7L, 7L, 7L);
            assertThat(logged.messages().getFirst())
                    .startsWith("epoch 7 outlives its time")
                    .contains("by the test");
        }
    }

    @Test
    void closingTheAllocatorEndsTheThread() {
        openFor(MINUTE);
        allocator.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("zns-slab-expiry"));
    }
}
