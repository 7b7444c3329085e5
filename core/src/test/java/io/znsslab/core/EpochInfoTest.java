package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.statistics.SlabStatistics;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpochInfoTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        allocator.close();
    }

    @Test
    void anOpenEpochTellsItsLabelEntriesObjectsAndSlabs() {
        long epoch = allocator.advanceEpoch("frame 1");
        for (int i = 0; i < 100; i++) {
            long handle = allocator.allocate(100, epoch);
            if (i < 10) {
                allocator.free(handle);
            }
        }
        try (EpochDomain _ = allocator.wrapDomain(epoch).enter()) {
            EpochInfo info = allocator.epochInfo(epoch);
            assertThat(info.label()).isEqualTo("frame 1");
            assertThat(info.state()).isEqualTo(EpochInfo.State.OPEN);
            assertThat(info.entries()).isEqualTo(1);
            assertThat(info.residentSlabs()).isEqualTo(3);
            assertThat(info.liveObjects()).isEqualTo(90);
            assertThat(info.liveBytes()).isEqualTo(90 * 128);
        }
    }

    @Test
    void anEpochOfAThreadsNextDomainTellsSinceWhenItIsKnownToBeOpen() {
        allocator.openDomain().close();
        try (EpochDomain domain = allocator.openDomain()) {
            Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
            Instant opened = allocator.epochInfo(domain.epoch()).opened();
            assertThat(opened).isBetween(before, Instant.now());
            assertThat(allocator.epochInfo(domain.epoch()).opened()).isEqualTo(opened);
        }
    }

    /** Looks while another thread discards: the whole of an epoch of several slabs goes, or none of it. */
    @Test
    void anEpochIsNotDrainedBeforeItsLastObjectIsGone() {
        for (int round = 0; round < 150; round++) {
            long epoch = allocator.advanceEpoch();
            long last = 0;
            for (int i = 0; i < 400; i++) {
                last = allocator.allocate(100, epoch);
            }
            Concurrently<EpochClosing> closing = Concurrently.start(
                    () -> allocator.closeEpoch(epoch, Disposition.DISCARD).join());
            while (allocator.epochInfo(epoch).state() != EpochInfo.State.DRAINED) {
                Thread.onSpinWait();
            }
            assertThat(allocator.resolve(last)).as("round %d", round).isNull();
            assertThat(closing.join().slabs()).isPositive();
        }
    }

    @Test
    void aClosedEpochShowsWhatPinsIt() {
        long epoch = allocator.advanceEpoch("batch");
        long[] handles = new long[200];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, epoch);
        }
        allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        for (int i = 1; i < handles.length; i++) {
            allocator.free(handles[i]);
        }
        assertThat(allocator.undrainedEpochs()).singleElement().satisfies(info -> {
            assertThat(info.label()).isEqualTo("batch");
            assertThat(info.liveObjects()).isEqualTo(1);
            assertThat(info.pinning()).containsExactly(handles[0]);
        });
        allocator.free(handles[0]);
        assertThat(allocator.undrainedEpochs()).isEmpty();
        assertThat(allocator.epochInfo(epoch).state()).isEqualTo(EpochInfo.State.DRAINED);
        assertThat(allocator.epochStatistics().drainedShare()).isZero();
    }

    @Test
    void anEpochTellsWhatItsClosingGaveBack() {
        long epoch = allocator.advanceEpoch();
        long[] handles = new long[31 * 3];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, epoch);
        }
        assertThat(allocator.epochInfo(epoch).bytesReturned()).isZero();
        for (int i = 0; i < 62; i++) {
            allocator.free(handles[i]);
        }
        EpochClosing closing = allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        assertThat(closing.bytesReturned()).isPositive();
        assertThat(allocator.epochInfo(epoch).bytesReturned()).isEqualTo(closing.bytesReturned());
    }

    @Test
    void aColdEpochCountsItsSlabsOnTheTier() {
        long epoch = allocator.advanceEpoch();
        for (int i = 0; i < 310; i++) {
            allocator.allocate(100, epoch);
        }
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        EpochInfo info = allocator.epochInfo(epoch);
        assertThat(info.coldSlabs()).isEqualTo(10);
        assertThat(info.bytesReturned()).isEqualTo(10 * 4096);
        assertThat(info.residentSlabs()).isZero();
        assertThat(info.liveObjects()).isEqualTo(310);
    }

    @Test
    void countersTellTheFastPathsShare() {
        for (int i = 0; i < 100_000; i++) {
            allocator.free(allocator.allocate(100, 0));
        }
        SlabStatistics counters = allocator.counters(2);
        assertThat(counters.newSlabs()).isEqualTo(1);
        assertThat(counters.slotsClaimed()).isBetween(100_000L, 100_031L);
        assertThat(counters.fastPathShare()).isGreaterThan(0.97);
        assertThat(allocator.counters()).isEqualTo(counters);
    }

    @Test
    void allEpochsAreListedOldestFirstWithTheirTiers() {
        Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
        long cold = allocator.advanceEpoch("cold", Lifetime.LONG);
        long closed = allocator.advanceEpoch("closed");
        long open = allocator.advanceEpoch("open");
        long gone = allocator.advanceEpoch("gone");
        for (long epoch : new long[] {cold, closed, open, gone}) {
            for (int i = 0; i < 40; i++) {
                assertThat(Handle.isHandle(allocator.allocate(100, epoch))).isTrue();
            }
        }
        allocator.closeEpoch(cold, Disposition.DEMOTE).join();
        allocator.closeEpoch(closed, Disposition.RECLAIM).join();
        allocator.closeEpoch(gone, Disposition.DISCARD).join();

        List<EpochInfo> epochs = allocator.epochs();

        assertThat(epochs).extracting(EpochInfo::label).containsExactly("", "cold", "closed", "open");
        assertThat(epochs)
                .extracting(EpochInfo::state)
                .containsExactly(
                        EpochInfo.State.OPEN, EpochInfo.State.CLOSED, EpochInfo.State.CLOSED, EpochInfo.State.OPEN);
        assertThat(epochs)
                .extracting(EpochInfo::tiers)
                .containsExactly(Set.of(), Set.of(Tier.COLD), Set.of(Tier.RESIDENT), Set.of(Tier.RESIDENT));
        assertThat(epochs).extracting(EpochInfo::liveObjects).containsExactly(0L, 40L, 40L, 40L);
        assertThat(epochs).extracting(EpochInfo::liveBytes).containsExactly(0L, 5120L, 5120L, 5120L);
        assertThat(epochs.get(1).lifetime()).isEqualTo(Lifetime.LONG);
        assertThat(epochs.get(1).opened())
                .isBetween(before, epochs.get(1).closed().orElseThrow());
        assertThat(epochs.get(3).closed()).isEmpty();
        assertThatThrownBy(epochs::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anEpochWhoseLastExitIsAwaitedIsListedAsClosed() {
        long epoch = allocator.advanceEpoch("entered");
        try (EpochDomain _ = allocator.wrapDomain(epoch).enter()) {
            var _ = allocator.closeEpoch(epoch, Disposition.RECLAIM);
            assertThat(allocator.epochs()).last().satisfies(info -> {
                assertThat(info.label()).isEqualTo("entered");
                assertThat(info.state()).isEqualTo(EpochInfo.State.CLOSED);
            });
        }
    }

    @Test
    void aColdEpochShowsWhatPinsIt() {
        long epoch = allocator.advanceEpoch();
        long[] handles = new long[40];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, epoch);
        }
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertThat(allocator.epochInfo(epoch).pinning()).hasSize(8).isSubsetOf(asList(handles));
        for (int i = 1; i < handles.length; i++) {
            allocator.free(handles[i]);
        }
        assertThat(allocator.epochInfo(epoch).pinning()).containsExactly(handles[0]);
        assertThat(allocator.undrainedEpochs().getFirst().pinning()).containsExactly(handles[0]);
    }

    @Test
    void aColdSlabThatHasUsedASlotTwiceIsReadToSayWhatPinsItsEpoch() {
        long epoch = allocator.advanceEpoch();
        for (int i = 0; i < 200; i++) {
            allocator.free(allocator.allocate(100, epoch));
        }
        long handle = allocator.allocate(100, epoch);
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();

        assertThat(allocator.epochInfo(epoch).pinning()).containsExactly(handle);
        assertThat(allocator.undrainedEpochs().getFirst().pinning()).isEmpty();
    }

    private static List<Long> asList(long[] handles) {
        return Arrays.stream(handles).boxed().toList();
    }
}
