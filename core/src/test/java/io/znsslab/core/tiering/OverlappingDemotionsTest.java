package io.znsslab.core.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.SlabBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two demotions of one epoch: the tier treats the epoch as complete only if neither left a slab of it behind. */
class OverlappingDemotionsTest {
    private final List<SlabBatch> batches = new ArrayList<>();
    private final List<CompletableFuture<Void>> futures = new ArrayList<>();

    private final WrappedTier tier = new WrappedTier() {
        @Override
        public CompletableFuture<Void> demote(SlabBatch batch) {
            batches.add(batch);
            futures.add(new CompletableFuture<>());
            return futures.getLast();
        }
    };

    @Test
    void aDemotionThatFindsNoSlabLeftFailsLikeTheOneThatTookThem() {
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(tier).build()) {
            long handle = allocator.allocate(100, 0);
            CompletableFuture<EpochClosing> first = allocator.closeEpoch(0, Disposition.DEMOTE);
            CompletableFuture<EpochClosing> second = allocator.closeEpoch(0, Disposition.DEMOTE);
            assertThat(batches).extracting(SlabBatch::size).containsExactly(1, 0);

            batches.get(0).ended();
            assertThatExceptionOfType(ZnsSlabException.class)
                    .isThrownBy(() -> batches.get(1).ended())
                    .withMessageContaining("another demotion of epoch 0 failed meanwhile");

            futures.forEach(future -> future.completeExceptionally(new ZnsSlabException("failed by the test")));
            assertThat(first).isCompletedExceptionally();
            assertThat(second).isCompletedExceptionally();

            CompletableFuture<EpochClosing> third = allocator.closeEpoch(0, Disposition.DEMOTE);
            assertThat(batches.get(2).size()).isEqualTo(1);
            batches.get(2).demoted(0, 1, new long[] {1});
            batches.get(2).ended();
            futures.get(2).complete(null);
            assertThat(third.join().slabsDemoted()).isEqualTo(1);
            assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        }
    }
}
