package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameWords;
import io.znsslab.core.store.SlabStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The state that an allocator at rest reports to a cold tier which is being closed: all that the next run needs. */
class SlabsAtRestTest {
    private final List<Runnable> questions = new ArrayList<>();
    private final WrappedTier tier = new WrappedTier() {
        @Override
        public void close() {
            questions.forEach(Runnable::run);
            asked = true;
            super.close();
        }
    };
    private final SlabStore store = new SlabStore(
            new SlabArena(new SlabGeometry(4096, 64, 128), 4 << 20),
            HandleLayout.WIDE,
            new SlabStore.Options(8, Reclamation.RETURN_TO_OS, 32, 0, true));
    private final SlabAllocator allocator =
            new SlabAllocator(store, tier, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
    private final ColdSlabs slabs = tier.slabs;
    private boolean asked;

    private long fillSlabAndClose(Disposition disposition) {
        long epoch = allocator.currentEpoch();
        long handle = 0;
        for (int i = 0; i < 31; i++) {
            handle = allocator.allocate(100, epoch);
        }
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, disposition).join();
        return handle;
    }

    private static long slabId(long handle) {
        return Handle.decode(handle).slabId();
    }

    private void atRest(Runnable question) {
        questions.add(question);
    }

    private void closeAndAsk() {
        allocator.close();
        assertThat(asked).isTrue();
    }

    @Test
    void theNextSlabIdAndEpochAreBehindAllThatWereUsed() {
        long highest = 0;
        for (int i = 0; i < 64; i++) {
            highest = Math.max(highest, slabId(fillSlabAndClose(Disposition.RECLAIM)));
        }
        // Threads take ids 32 at a time, and these were used up.
        assertThat(highest).isEqualTo(64);
        atRest(() -> assertThat(slabs.nextSlabId()).isEqualTo(65));
        atRest(() -> assertThat(slabs.nextEpoch()).isEqualTo(65));
        closeAndAsk();
    }

    @Test
    void anIdGoesOnBehindTheLastGenerationOfItsSlab() {
        long resident = fillSlabAndClose(Disposition.RECLAIM);
        long discarded = fillSlabAndClose(Disposition.DISCARD);
        int generation = Handle.decode(resident).generation();
        atRest(() -> assertThat(slabs.nextGeneration(slabId(resident))).isEqualTo(generation + 1));
        atRest(() -> assertThat(slabs.nextGeneration(slabId(discarded))).isEqualTo(generation + 1));
        atRest(() -> assertThat(slabs.nextGeneration(32)).isEqualTo(1));
        closeAndAsk();
    }

    @Test
    void anIdWithAnImageHasNoNextGeneration() {
        long cold = fillSlabAndClose(Disposition.DEMOTE);
        long promoted = fillSlabAndClose(Disposition.DEMOTE);
        allocator.resolve(promoted);
        atRest(() -> assertThat(slabs.nextGeneration(slabId(cold))).isZero());
        atRest(() -> assertThat(slabs.nextGeneration(slabId(promoted))).isZero());
        closeAndAsk();
    }

    @Test
    void anIdThatHasUsedUpItsGenerationsHasNoNextOne() {
        long last = fillSlabAndClose(Disposition.RECLAIM);
        long usedUp = fillSlabAndClose(Disposition.DISCARD);
        int frame = (int) Registry.location(store.registry.laWord(slabId(last)));
        FrameWords.setIdentity(store.table, frame, slabId(last), HandleLayout.MAX_GENERATION);
        store.registry.svRefusal(slabId(usedUp), HandleLayout.MAX_GENERATION);
        atRest(() -> assertThat(slabs.nextGeneration(slabId(last))).isEqualTo(1 << 24));
        atRest(() -> assertThat(slabs.nextGeneration(slabId(usedUp))).isEqualTo(1 << 24));
        closeAndAsk();
    }

    @Test
    void anIdWhoseFrameHasAnotherSlabHasNoNextGeneration() {
        long handle = fillSlabAndClose(Disposition.RECLAIM);
        int frame = (int) Registry.location(store.registry.laWord(slabId(handle)));
        FrameWords.setIdentity(store.table, frame, slabId(handle) + 1, 1);
        atRest(() -> assertThat(slabs.nextGeneration(slabId(handle))).isEqualTo(1 << 24));
        closeAndAsk();
    }

    @Test
    void aPromotedSlabIsDescribedAtRestToo() {
        long promoted = fillSlabAndClose(Disposition.DEMOTE);
        long resident = fillSlabAndClose(Disposition.RECLAIM);
        allocator.resolve(promoted);
        long location = tier.memory.locations().getFirst();
        atRest(() -> {
            ColdImage image = new ColdImage();
            assertThat(slabs.describe(slabId(promoted), image)).isTrue();
            assertThat(image.location).isEqualTo(location);
            assertThat(image.live[0]).isEqualTo((1L << 31) - 1);
            assertThat(slabs.describe(slabId(resident), image)).isFalse();
        });
        closeAndAsk();
    }
}
