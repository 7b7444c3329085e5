package io.znsslab.core.tiering;

import static io.znsslab.core.TestObjects.PER_SLAB;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.TestObjects;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.statistics.ColdStatistics;
import io.znsslab.core.statistics.EpochStatistics;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The batch that a tier gets to write, and the result of a demotion. */
class DemotionTest {
    /** Keeps the batch; may stop before its end. */
    private static final class LookingTier extends WrappedTier {
        private final List<String> released = new ArrayList<>();
        private SlabBatch batch;
        private CompletableFuture<Void> written;

        @Override
        public CompletableFuture<Void> demote(SlabBatch given) {
            batch = given;
            return written != null ? written : super.demote(given);
        }

        @Override
        public void release(long slabId, long location) {
            if (written != null) {
                released.add(slabId + " at " + location);
            } else {
                super.release(slabId, location);
            }
        }
    }

    private final LookingTier tier = new LookingTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final long[] live = new long[4];

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private long[] fill(int slabs) {
        return TestObjects.fill(allocator, slabs);
    }

    private EpochClosing demote(long epoch) {
        return allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
    }

    @Test
    void aBatchTellsOfItsEpochAndSlabs() {
        long epoch = allocator.advanceEpoch("frame", Lifetime.SHORT);
        long[] handles = fill(2);
        long large = allocator.allocate(700, epoch);
        allocator.free(handles[4]);
        Handle first = Handle.decode(handles[0]);
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DEMOTE);
        SlabBatch batch = tier.batch;
        assertThat(batch.epoch()).isEqualTo(epoch);
        assertThat(batch.lifetime()).isEqualTo(Lifetime.SHORT);
        assertThat(batch.size()).isEqualTo(3);
        assertThat(batch.slabId(0)).isEqualTo(first.slabId());
        assertThat(batch.slabId(2)).isEqualTo(Handle.decode(large).slabId());
        assertThat(batch.sizeClass(0)).isEqualTo(2);
        assertThat(batch.sizeClass(2)).isEqualTo(7);
        assertThat(batch.baseGeneration(0)).isEqualTo(first.generation());
        assertThat(batch.lastGeneration(0)).isEqualTo(first.generation());
        assertThat(batch.liveSlots(0, live)).isEqualTo(30);
        assertThat(live[0]).isEqualTo(((1L << PER_SLAB) - 1) & ~(1L << 4));
        assertThat(batch.liveSlots(2, live)).isEqualTo(1);
        MemorySegment page = batch.page(0);
        assertThat(page.isReadOnly()).isTrue();
        assertThat(page.byteSize()).isEqualTo(4096);
        assertThat(page.get(JAVA_LONG, 64)).isEqualTo(handles[0]);
        assertThat(page.get(JAVA_LONG, 64 + 128 + 8)).isEqualTo(1);
        tier.memory.releaseHeld();
        closing.join();
    }

    @Test
    void theClosingTellsWhatMoved() {
        long[] handles = fill(4);
        for (int i = 0; i < PER_SLAB; i++) {
            allocator.free(handles[i]);
        }
        allocator.advanceEpoch();
        assertThat(demote(0)).isEqualTo(new EpochClosing(0, Disposition.DEMOTE, 4, 4, 4 * 4096, 3));
        assertThat(demote(0)).isEqualTo(new EpochClosing(0, Disposition.DEMOTE, 3, 0, 0, 0));
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(0, 3, 0, 0, 0, 0, 0, 0));
        assertThat(allocator.epochStatistics()).isEqualTo(new EpochStatistics(1, 0, 4, 4 * 4096));
    }

    @Test
    void anEpochWithoutObjectsHasNothingToDemote() {
        fill(0);
        allocator.advanceEpoch();
        assertThat(demote(0)).isEqualTo(new EpochClosing(0, Disposition.DEMOTE, 0, 0, 0, 0));
        assertThat(tier.batch).isNull();
        assertThat(demote(0)).isEqualTo(new EpochClosing(0, Disposition.DEMOTE, 0, 0, 0, 0));
        assertThat(allocator.epochStatistics()).isEqualTo(new EpochStatistics(1, 1, 0, 0));
    }

    @Test
    void slabsThatDieOnTheWayAreReleasedAndCounted() {
        long[] handles = fill(2);
        allocator.advanceEpoch();
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        for (int i = 0; i < PER_SLAB; i++) {
            allocator.free(handles[i]);
        }
        tier.memory.releaseHeld();
        assertThat(closing.join()).isEqualTo(new EpochClosing(0, Disposition.DEMOTE, 2, 2, 2 * 4096, 2));
        assertThat(tier.memory.imageCount()).isEqualTo(1);
        assertThat(allocator.coldStatistics().slabsWritten()).isEqualTo(1);
        assertThat(allocator.tierOf(handles[0])).isNull();
        assertThat(allocator.tierOf(handles[PER_SLAB])).isEqualTo(Tier.COLD);
        for (int i = PER_SLAB; i < handles.length; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(allocator.undrainedEpochs()).isEmpty();
    }

    @Test
    void slabsMayBeHandedOverInParts() {
        long[] handles = fill(3);
        allocator.advanceEpoch();
        tier.written = new CompletableFuture<>();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        assertThat(closing).isNotDone();
        tier.batch.demoted(1, 3, new long[] {70, 80});
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
        assertThat(tier.slabs.hasImageAt(Handle.decode(handles[PER_SLAB]).slabId(), 70))
                .isTrue();
        assertThat(tier.slabs.hasImageAt(Handle.decode(handles[2 * PER_SLAB]).slabId(), 80))
                .isTrue();
        assertThat(allocator.arenaUsage().rssBytes()).isEqualTo(4096);
        tier.batch.demoted(0, 1, new long[] {90});
        for (int slab = 0; slab < 3; slab++) {
            assertThat(allocator.tierOf(handles[slab * PER_SLAB])).isEqualTo(Tier.COLD);
        }
        tier.written.complete(null);
        assertThat(closing.join().slabsDemoted()).isEqualTo(3);
        assertThat(tier.slabs.hasImageAt(Handle.decode(handles[0]).slabId(), 90))
                .isTrue();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void slabsWrittenForADiscardedEpochAreReleasedAtTheirLocation() {
        long[] handles = fill(3);
        allocator.advanceEpoch();
        tier.written = new CompletableFuture<>();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        assertThat(allocator.closeEpoch(0, Disposition.DISCARD).join().slabs()).isEqualTo(3);
        tier.batch.demoted(1, 3, new long[] {70, 80});
        assertThat(tier.released)
                .containsExactly(
                        Handle.decode(handles[PER_SLAB]).slabId() + " at 70",
                        Handle.decode(handles[2 * PER_SLAB]).slabId() + " at 80");
        tier.written.complete(null);
        closing.join();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(allocator.undrainedEpochs()).isEmpty();
    }

    @Test
    void moreSlabsThanSettleAtATimeLeaveDramUnchanged() {
        long[] handles = fill(150);
        allocator.advanceEpoch();
        demote(0);
        for (int slab = 0; slab < 150; slab++) {
            allocator.resolve(handles[slab * PER_SLAB]);
        }
        assertThat(demote(0).slabsDemoted()).isEqualTo(150);
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(150, 150, 0, 150, 0, 0, 0, 0));
        assertThat(tier.memory.written()).isEqualTo(150);
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void theOldImagesOfManyChangedSlabsAreReleased() {
        long[] handles = fill(40);
        allocator.advanceEpoch();
        demote(0);
        for (int slab = 0; slab < 40; slab++) {
            allocator.resolve(handles[slab * PER_SLAB]).set(JAVA_LONG, 0, 1000 + slab);
        }
        assertThat(demote(0).slabsDemoted()).isEqualTo(40);
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(40, 80, 40, 0, 0, 0, 0, 0));
        assertThat(tier.memory.locations()).hasSize(40).allMatch(tier.memory::isWanted);
        for (int slab = 0; slab < 40; slab++) {
            assertThat(allocator.resolve(handles[slab * PER_SLAB]).get(JAVA_LONG, 0))
                    .isEqualTo(1000 + slab);
        }
    }

    @Test
    void promotedSlabsInWhichNothingLivesAnyMoreEndOnTheWay() {
        long[] handles = fill(2);
        allocator.advanceEpoch();
        demote(0);
        allocator.resolve(handles[0]).set(JAVA_LONG, 0, 5);
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        for (int i = 0; i < PER_SLAB; i++) {
            allocator.free(handles[i]);
        }
        tier.memory.releaseHeld();
        closing.join();
        assertThat(tier.memory.imageCount()).isEqualTo(1);
        assertThat(allocator.tierOf(handles[PER_SLAB])).isEqualTo(Tier.COLD);
    }

    @Test
    void anEpochDiscardedWhileItsDemotionFailsLeavesNothing() {
        long[] handles = fill(3);
        allocator.advanceEpoch();
        tier.memory.failAfter(1);
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        assertThat(allocator.closeEpoch(0, Disposition.DISCARD).join().slabs()).isEqualTo(3);
        tier.memory.releaseHeld();
        assertThatThrownBy(closing::join).hasMessageContaining("the tier is full");
        assertThat(tier.memory.imageCount()).isZero();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(allocator.undrainedEpochs()).isEmpty();
        assertThat(allocator.resolve(handles[0])).isNull();
    }

    @Test
    void aSlabThatDiesWhileItsDemotionFailsEndsInDram() {
        long[] handles = fill(2);
        allocator.advanceEpoch();
        tier.memory.failAfter(0);
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        for (int i = 0; i < PER_SLAB; i++) {
            allocator.free(handles[i]);
        }
        tier.memory.releaseHeld();
        assertThatThrownBy(closing::join).hasMessageContaining("the tier is full");
        assertThat(allocator.arenaUsage().rssBytes()).isEqualTo(4096);
        assertThat(allocator.epochInfo(0).residentSlabs()).isEqualTo(1);
    }
}
