package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of slab ids that have one generation left or none, with slabs of two slots. */
class RetirementTest {
    private static final HandleLayout LAYOUT = HandleLayout.COMPACT;

    private SlabStore store;
    private SlabAllocator allocator;

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private void use(Reclamation reclamation) {
        store = new SlabStore(
                new SlabArena(new SlabGeometry(4096, 2008), 1 << 20),
                LAYOUT,
                new SlabStore.Options(4, reclamation, 32, 0, false));
        allocator = new SlabAllocator(store, null, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
    }

    /** Leaves so many generations to the ids that threads take next. */
    private void leaveGenerations(int count) {
        long[] ids = new long[64];
        store.registry.ids().take(ids);
        for (long id : ids) {
            store.registry.svRefusal(id, HandleLayout.MAX_GENERATION - count);
            store.registry.ids().reuse(id);
        }
    }

    private long allocate(long epoch) {
        long handle = allocator.allocate(2000, epoch);
        assertThat(Handle.isHandle(handle)).isTrue();
        return handle;
    }

    @ParameterizedTest
    @EnumSource
    void aSlabOfTheLastGenerationGivesUpItsIdWhenItIsEmpty(Reclamation reclamation) {
        use(reclamation);
        leaveGenerations(1);
        long one = allocate(0);
        long other = allocate(0);
        assertThat(LAYOUT.generation(one)).isEqualTo(HandleLayout.MAX_GENERATION);
        assertThat(LAYOUT.slabId(other)).isEqualTo(LAYOUT.slabId(one));
        assertThat(allocator.free(one)).isTrue();
        long third = allocate(0);
        assertThat(LAYOUT.slabId(third)).isNotEqualTo(LAYOUT.slabId(one));
        assertThat(allocator.resolve(other)).isNotNull();
        assertThat(allocator.free(other)).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(LAYOUT.slabId(allocate(0))).isNotEqualTo(LAYOUT.slabId(one));
        }
        assertThat(Registry.isUsedUp(store.registry.laWord(LAYOUT.slabId(one)))).isTrue();
        assertThat(allocator.resolve(one)).isNull();
        assertThat(allocator.free(other)).isFalse();
    }

    @Test
    void everyGenerationThatIsLeftIsUsed() {
        use(Reclamation.KEEP_HOT);
        leaveGenerations(3);
        long handle = allocate(0);
        long id = LAYOUT.slabId(handle);
        int last = 0;
        while (LAYOUT.slabId(handle) == id) {
            assertThat(LAYOUT.generation(handle)).isGreaterThanOrEqualTo(last);
            last = LAYOUT.generation(handle);
            allocator.free(handle);
            handle = allocate(0);
        }
        assertThat(last).isEqualTo(HandleLayout.MAX_GENERATION);
        assertThat(LAYOUT.generation(handle)).isEqualTo(HandleLayout.MAX_GENERATION - 2);
    }

    @ParameterizedTest
    @EnumSource
    void anIdThatIsDiscardedWithItsLastGenerationIsUsedUp(Reclamation reclamation) {
        use(reclamation);
        leaveGenerations(1);
        long epoch = allocator.advanceEpoch();
        long handle = allocate(epoch);
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(Registry.isUsedUp(store.registry.laWord(LAYOUT.slabId(handle))))
                .isTrue();
        assertThat(LAYOUT.slabId(allocate(0))).isNotEqualTo(LAYOUT.slabId(handle));
    }

    @Test
    void whenNoIdIsLeftAllocationSaysSoAndGoesOnWithTheFirstThatComesBack() {
        use(Reclamation.KEEP_HOT);
        long epoch = allocator.advanceEpoch();
        long[] all = new long[(int) LAYOUT.ids()];
        int count = store.registry.ids().take(all);
        assertThat(allocator.allocate(2000, 0)).isEqualTo(Handle.IDS_EXHAUSTED);
        try (EpochDomain domain = allocator.wrapDomain(epoch).enter()) {
            assertThatThrownBy(() -> domain.allocateHandle(100))
                    .isInstanceOf(ArenaFullException.class)
                    .hasMessageContaining("id");
        }
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        for (int index = count - 1; index >= 0; index--) {
            store.registry.ids().reuse(all[index]);
        }
        assertThat(LAYOUT.slabId(allocate(epoch))).isEqualTo(all[0]);
    }

    @Test
    void anIdThatStayedWithAFrameServesAnotherSizeClassWhenNoneIsLeft() {
        store = new SlabStore(
                new SlabArena(new SlabGeometry(4096, 64, 2008), 1 << 20),
                LAYOUT,
                new SlabStore.Options(4, Reclamation.KEEP_HOT, 32, 0, false));
        allocator = new SlabAllocator(store, null, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
        long[] allButOne = new long[(int) LAYOUT.ids() - 2];
        assertThat(store.registry.ids().take(allButOne)).isEqualTo(allButOne.length);
        long small = allocator.allocate(8, 0);
        assertThat(allocator.allocate(2000, 0)).isEqualTo(Handle.IDS_EXHAUSTED);
        assertThat(allocator.free(small)).isTrue();
        long large = allocate(0);
        assertThat(LAYOUT.slabId(large)).isEqualTo(LAYOUT.slabId(small));
        assertThat(allocator.resolve(small)).isNull();
        assertThat(allocator.allocate(8, 0)).isEqualTo(Handle.IDS_EXHAUSTED);
        assertThat(allocator.free(large)).isTrue();
        for (long id : allButOne) {
            store.registry.ids().reuse(id);
        }
    }
}
