package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything at once to the tier: by itself, and when the allocator closes. */
class DemoteAllTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator store =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        store.close();
    }

    private long allocate(long epoch, long value) {
        long handle = store.allocate(100, epoch);
        store.resolve(handle).set(JAVA_LONG, 0, value);
        return handle;
    }

    @Test
    void openAndClosedEpochsAndWhatHasChangedOfColdOnesMove() {
        List<Long> handles = new ArrayList<>();
        long cold = store.advanceEpoch();
        handles.add(allocate(cold, 0));
        store.closeEpoch(cold, Disposition.DEMOTE).join();
        store.resolve(handles.getFirst()).set(JAVA_LONG, 0, 7);
        long closed = store.advanceEpoch();
        handles.add(allocate(closed, 7));
        store.closeEpoch(closed, Disposition.RECLAIM).join();
        handles.add(allocate(store.advanceEpoch(), 7));
        handles.add(allocate(store.advanceEpoch(), 7));

        List<EpochClosing> closings = store.demoteAll().join();

        assertThat(closings).extracting(EpochClosing::epoch).containsExactly(cold, closed, closed + 1, closed + 2);
        assertThat(handles).allSatisfy(handle -> {
            assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
            assertThat(store.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(7);
        });
        store.checkInvariants();
    }

    @Test
    void theCurrentEpochIsOpenAgainAfterwards() {
        store.demoteAll().join();

        long handle = allocate(store.currentEpoch(), 1);

        assertThat(Handle.isHandle(handle)).isTrue();
        assertThat(store.demoteAll().join()).hasSize(1);
        assertThat(store.demoteAll().join()).isEmpty();
        assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void anEpochThatAThreadIsInsideOfIsLeftToItsDomain() {
        try (EpochDomain request = store.openDomain(Disposition.RECLAIM)) {
            long inside = request.allocateHandle(100);
            long outside = allocate(0, 1);

            store.demoteAll().join();

            assertThat(store.tierOf(inside)).isEqualTo(Tier.RESIDENT);
            assertThat(store.tierOf(outside)).isEqualTo(Tier.COLD);
            assertThat(Handle.isHandle(request.allocateHandle(100))).isTrue();
        }
    }

    @Test
    void aDemotionUnderWayIsWaitedFor() {
        long handle = allocate(0, 1);
        tier.holdDemotions();
        var _ = store.closeEpoch(0, Disposition.DEMOTE);
        CompletableFuture<List<EpochClosing>> all = store.demoteAll();
        assertThat(store.tierOf(handle)).isEqualTo(Tier.RESIDENT);

        tier.releaseHeld();
        all.join();

        assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void whatCannotBeDemotedIsSaidAndStays() {
        long handle = allocate(0, 1);
        tier.failAfter(0);

        assertThatThrownBy(() -> store.demoteAll().join()).hasRootCauseMessage("the tier is full");

        assertThat(store.tierOf(handle)).isEqualTo(Tier.RESIDENT);
    }

    @Test
    void closingWithDemotionLosesNothing() {
        allocate(0, 1);
        allocate(store.advanceEpoch(), 1);

        store.close(Disposition.DEMOTE);

        assertThat(tier.imageCount()).isEqualTo(2);
        assertThat(tier.isClosed()).isTrue();
        store.close(Disposition.DEMOTE);
        store.close(Disposition.DISCARD);
    }

    @Test
    void closingWithDiscardLosesWhatIsInDramAlone() {
        allocate(0, 1);

        store.close(Disposition.DISCARD);

        assertThat(tier.imageCount()).isZero();
        assertThat(tier.isClosed()).isTrue();
    }

    @Test
    void aClosingThatCannotDemoteClosesNothing() {
        long handle = allocate(0, 1);
        tier.failAfter(0);

        assertThatThrownBy(() -> store.close(Disposition.DEMOTE))
                .isInstanceOf(ZnsSlabException.class)
                .hasMessage("the tier is full");

        assertThat(store.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(1);
        tier.failAfter(Integer.MAX_VALUE);
        store.close(Disposition.DEMOTE);
        assertThat(tier.imageCount()).isEqualTo(1);
    }

    @Test
    void aClosingIsRefusedWhileADomainIsEnteredAndThenHasDoneNothing() {
        long handle = allocate(0, 1);
        try (EpochDomain _ = store.openDomain()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> store.close(Disposition.DEMOTE))
                    .withMessageStartingWith("the allocator can't be closed: domains are entered 1 times");
            assertThat(store.tierOf(handle)).isEqualTo(Tier.RESIDENT);
        }
    }

    @Test
    void aClosingThatLeavesObjectsInDramIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.close(Disposition.RECLAIM))
                .withMessageContaining("give DEMOTE or DISCARD");
    }

    @Test
    void theCurrentEpochIsAlwaysAnOpenOne() {
        long first = store.currentEpoch();
        store.closeEpoch(first, Disposition.RECLAIM).join();

        long second = store.currentEpoch();

        assertThat(second).isGreaterThan(first).isEqualTo(store.currentEpoch()).isEqualTo(store.newestEpoch());
        assertThat(Handle.isHandle(store.allocate(100, second))).isTrue();
    }

    @Test
    void theFirstEpochIsOpenedAsTheBuilderSays() {
        try (SlabAllocator labelled = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .firstEpoch(EpochOptions.DEFAULT.label("start").packed(true))
                .build()) {
            assertThat(labelled.epochInfo(0).label()).isEqualTo("start");
            assertThat(labelled.sizeOf(labelled.allocate(5, 0))).isEqualTo(5);
        }
    }

    @Test
    void evictionsAreToldAndCounted() throws Exception {
        WrappedTier full = new WrappedTier();
        CompletableFuture<String> told = new CompletableFuture<>();
        try (SlabAllocator evicting = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .coldTier(full)
                .evictionListener(epoch -> told.complete(epoch.label() + " " + epoch.number()))
                .build()) {
            long epoch = evicting.advanceEpoch("oldest");
            long handle = evicting.allocate(100, epoch);
            evicting.closeEpoch(epoch, Disposition.DEMOTE).join();

            assertThat(full.slabs.evictOldestEpoch()).isEqualTo(1);

            assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo("oldest " + epoch);
            assertThat(evicting.resolve(handle)).isNull();
            assertThat(evicting.coldStatistics().epochsEvicted()).isEqualTo(1);
            assertThat(evicting.coldStatistics().slabsEvicted()).isEqualTo(1);
        }
    }
}
