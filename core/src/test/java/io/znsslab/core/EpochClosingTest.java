package io.znsslab.core;

import static io.znsslab.core.TestObjects.PER_SLAB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.statistics.EpochStatistics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Closing an epoch: the result of the first closing, of a second one, and of one while a thread is inside. */
class EpochClosingTest {
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(8 << 20)
            .epochCount(2)
            .coldTier(new MemoryTier())
            .build();

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private long[] fill(int slabs) {
        return TestObjects.fill(allocator, slabs);
    }

    private EpochClosing close(long epoch, Disposition disposition) {
        return allocator.closeEpoch(epoch, disposition).join();
    }

    private static EpochClosing nothing(long epoch, Disposition disposition) {
        return new EpochClosing(epoch, disposition, 0, 0, 0, 0);
    }

    @Test
    void aReclaimTellsOfTheEmptySlabsAndALaterDiscardOfTheRest() {
        long[] handles = fill(20);
        for (int i = 0; i < 2 * PER_SLAB; i++) {
            allocator.free(handles[i]);
        }
        EpochClosing reclaim = close(0, Disposition.RECLAIM);
        assertThat(reclaim.slabs() - reclaim.slabsReturned()).isEqualTo(18);
        assertThat(reclaim.bytesReturned()).isEqualTo(reclaim.slabsReturned() * 4096L);
        assertThat(close(0, Disposition.RECLAIM)).isEqualTo(nothing(0, Disposition.RECLAIM));
        assertThat(allocator.epochInfo(0).bytesReturned()).isEqualTo(reclaim.bytesReturned());
        assertThat(close(0, Disposition.DISCARD))
                .isEqualTo(new EpochClosing(0, Disposition.DISCARD, 18, 18, 18 * 4096, 0));
        for (Disposition disposition : Disposition.values()) {
            assertThat(close(0, disposition)).isEqualTo(nothing(0, disposition));
        }
        EpochStatistics totals = allocator.epochStatistics();
        assertThat(totals.closed()).isEqualTo(1);
        assertThat(totals.drainedAtClose()).isZero();
        assertThat(totals.slabsReturned()).isEqualTo(reclaim.slabsReturned() + 18);
        assertThat(totals.bytesReturned()).isEqualTo(totals.slabsReturned() * 4096);
    }

    @Test
    void anEpochThatIsEmptyWhenItIsReclaimedHasDrainedAtOnce() {
        for (long handle : fill(2)) {
            allocator.free(handle);
        }
        assertThat(close(0, Disposition.RECLAIM).slabsReturned()).isPositive();
        assertThat(allocator.epochStatistics().drainedAtClose()).isEqualTo(1);
        assertThat(allocator.epochStatistics().drainedShare()).isEqualTo(1);
        assertThat(allocator.epochInfo(0).state()).isEqualTo(EpochInfo.State.DRAINED);
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void theDrainedShareIsThatOfTheClosedOnes() {
        assertThat(new EpochStatistics(0, 0, 0, 0).drainedShare()).isEqualTo(1);
        assertThat(new EpochStatistics(4, 1, 0, 0).drainedShare()).isEqualTo(0.25);
    }

    @Test
    void whileAThreadIsInsideEqualClosingsShareOneAnswerAndAnotherFollows() {
        fill(3);
        EpochDomain domain = allocator.wrapDomain(0).enter();
        CompletableFuture<EpochClosing> reclaim = allocator.closeEpoch(0, Disposition.RECLAIM);
        assertThat(allocator.closeEpoch(0, Disposition.RECLAIM)).isSameAs(reclaim);
        CompletableFuture<EpochClosing> discard = allocator.closeEpoch(0, Disposition.DISCARD);
        assertThat(reclaim).isNotDone();
        assertThat(discard).isNotDone();
        EpochInfo info = allocator.epochInfo(0);
        assertThat(info.state()).isEqualTo(EpochInfo.State.CLOSED);
        assertThat(info.entries()).isEqualTo(1);
        assertThat(info.residentSlabs()).isEqualTo(3);
        domain.close();
        assertThat(reclaim.join()).isEqualTo(new EpochClosing(0, Disposition.RECLAIM, 3, 0, 0, 0));
        assertThat(discard.join()).isEqualTo(new EpochClosing(0, Disposition.DISCARD, 3, 3, 3 * 4096, 0));
    }

    @Test
    void anOlderEpochIsClosedAtOnceWhileOneAtItsPlaceWaitsForItsLastExit() {
        fill(1);
        allocator.advanceEpoch();
        close(0, Disposition.RECLAIM);
        allocator.advanceEpoch();
        EpochDomain domain = allocator.wrapDomain(2).enter();
        CompletableFuture<EpochClosing> later = allocator.closeEpoch(2, Disposition.RECLAIM);
        assertThat(allocator.closeEpoch(0, Disposition.DISCARD))
                .isCompletedWithValue(new EpochClosing(0, Disposition.DISCARD, 1, 1, 4096, 0));
        assertThat(later).isNotDone();
        domain.close();
        assertThat(later.join().epoch()).isEqualTo(2);
    }

    @Test
    void anEpochThatWaitsForItsLastExitHoldsItsPlaceInTheRing() {
        EpochDomain domain = allocator.wrapDomain(0).enter();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.RECLAIM);
        allocator.advanceEpoch();
        assertThatThrownBy(allocator::advanceEpoch)
                .isInstanceOf(EpochOpenException.class)
                .hasMessage("epoch 2 can't be opened: its place in the ring of 2 is still held by open epoch 0;"
                        + " close that one first, or build the allocator with a larger epochCount");
        domain.close();
        assertThat(closing.join().epoch()).isZero();
        assertThat(allocator.advanceEpoch()).isEqualTo(2);
    }

    @Test
    void anEpochThatWasNeverOpenedIsNamedWithTheNewest() {
        allocator.advanceEpoch();
        for (long wrong : new long[] {-1, Long.MIN_VALUE, 2, 3, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> allocator.closeEpoch(wrong, Disposition.DISCARD))
                    .withMessage("epoch %d was never opened: the newest is 1", wrong);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> allocator.epochInfo(wrong))
                    .withMessage("epoch %d was never opened: the newest is 1", wrong);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> allocator.allocate(100, wrong))
                    .withMessage("epoch %d was never opened: the newest is 1", wrong);
        }
    }

    @Test
    void anEpochTellsWhenItWasOpenedUntilItHasDrained() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        long epoch = allocator.advanceEpoch("frame");
        assertThat(allocator.epochInfo(epoch).opened()).isBetween(before, Instant.now());
        fill(1);
        close(epoch, Disposition.RECLAIM);
        EpochInfo closed = allocator.epochInfo(epoch);
        assertThat(closed.opened()).isBetween(before, Instant.now());
        assertThat(closed.label()).isEqualTo("frame");
        assertThat(closed.entries()).isZero();
        assertThat(closed.pinning()).hasSize(8);
        close(epoch, Disposition.DISCARD);
        EpochInfo drained = allocator.epochInfo(epoch);
        assertThat(drained.state()).isEqualTo(EpochInfo.State.DRAINED);
        assertThat(drained.opened()).isEqualTo(Instant.EPOCH);
        assertThat(drained.label()).isEmpty();
        assertThat(drained.pinning()).isEmpty();
    }

    @Test
    void aColdEpochCountsItsLiveObjectsAndBytes() {
        long[] handles = fill(3);
        allocator.allocate(700, 0);
        allocator.advanceEpoch();
        close(0, Disposition.DEMOTE);
        allocator.free(handles[0]);
        EpochInfo info = allocator.epochInfo(0);
        assertThat(info.coldSlabs()).isEqualTo(4);
        assertThat(info.liveObjects()).isEqualTo(3 * PER_SLAB);
        assertThat(info.liveBytes()).isEqualTo((3 * PER_SLAB - 1) * 128 + 768);
        assertThat(info.pinning()).hasSize(8).doesNotContain(handles[0]);
    }

    @Test
    void aLifetimeMustBeSaid() {
        assertThatNullPointerException()
                .isThrownBy(() -> allocator.advanceEpoch("", null))
                .withMessage("lifetime must not be null");
    }
}
