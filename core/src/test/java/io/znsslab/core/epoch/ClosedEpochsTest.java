package io.znsslab.core.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Lifetime;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabTransitions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClosedEpochsTest {
    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64), 1 << 20);
    private final Registry registry = new Registry(arena, HandleLayout.WIDE, true);
    private final ClosedEpochs epochs = new ClosedEpochs(new SlabTransitions(registry, new FrameTable(arena)));

    @AfterEach
    void close() {
        arena.close();
    }

    /** Adds a closed epoch with that many slabs. */
    private ClosedEpoch seal(long number, int slabs) {
        ClosedEpoch epoch = epochs.begin(number, "of " + number, number * 10, 0);
        long[] ids = new long[slabs];
        registry.ids().take(ids);
        for (long id : ids) {
            epoch.add(id);
            registry.svRefusal(id, 1);
        }
        epochs.release(epoch);
        return epoch;
    }

    @Test
    void anEpochKeepsWhatItWasClosedWith() {
        ClosedEpoch epoch = seal(3, 40);
        assertThat(epoch.number()).isEqualTo(3);
        assertThat(epoch.label()).isEqualTo("of 3");
        assertThat(epoch.openedMillis()).isEqualTo(30);
        assertThat(epoch.slabs()).isEqualTo(40);
        assertThat(epoch.slabsAtClose()).isEqualTo(40);
        assertThat(epoch.slabId(0)).isEqualTo(1);
        assertThat(epoch.slabId(39)).isEqualTo(40);
        assertThat(epochs.get(3)).isSameAs(epoch);
        assertThat(epochs.byIndex(epoch.index())).isSameAs(epoch);
    }

    @Test
    void itsLargestGenerationCounts() {
        ClosedEpoch epoch = epochs.begin(1, "", 0, 0);
        epoch.noteGeneration(5);
        epoch.noteGeneration(9);
        epoch.noteGeneration(7);
        assertThat(epoch.maxGeneration()).isEqualTo(9);
    }

    @Test
    void anEpochWithoutSlabsHasDrainedWhenItIsSealed() {
        seal(1, 0);
        assertThat(epochs.get(1)).isNull();
        assertThat(epochs.all()).isEmpty();
    }

    @Test
    void itsIdsServeAgainWhenItsLastSlabHasEnded() {
        ClosedEpoch epoch = seal(1, 3);
        epochs.slabEnded(1);
        epochs.slabEnded(1);
        assertThat(epoch.slabs()).isEqualTo(1);
        assertThat(epochs.get(1)).isSameAs(epoch);
        assertThat(registry.ids().inUse()).isEqualTo(3);
        epochs.slabEnded(1);
        assertThat(epochs.get(1)).isNull();
        assertThat(registry.ids().inUse()).isZero();
    }

    @Test
    void aHoldKeepsItFromDraining() {
        ClosedEpoch epoch = seal(1, 1);
        assertThat(epochs.hold(1)).isSameAs(epoch);
        assertThat(epoch.slabs()).isEqualTo(1);
        epochs.slabEnded(1);
        assertThat(epochs.get(1)).isSameAs(epoch);
        assertThat(epochs.hold(1)).isSameAs(epoch);
        epochs.release(epoch);
        assertThat(registry.ids().inUse()).isEqualTo(1);
        epochs.release(epoch);
        assertThat(epochs.get(1)).isNull();
        assertThat(registry.ids().inUse()).isZero();
        assertThat(epochs.hold(1)).isNull();
        assertThat(epoch.hold()).isFalse();
    }

    @Test
    void anIndexIsFreeAgainWhenItsEpochHasDrained() {
        ClosedEpoch first = seal(1, 1);
        ClosedEpoch second = seal(2, 1);
        assertThat(second.index()).isNotEqualTo(first.index());
        epochs.slabEnded(1);
        ClosedEpoch third = seal(3, 1);
        assertThat(third.index()).isEqualTo(first.index());
        assertThat(epochs.byIndex(third.index())).isSameAs(third);
        assertThat(epochs.byIndex(second.index())).isSameAs(second);
    }

    @Test
    void theOldestComesFirst() {
        ClosedEpoch late = seal(9, 1);
        ClosedEpoch early = seal(2, 1);
        assertThat(epochs.all()).containsExactly(early, late);
        assertThatThrownBy(() -> epochs.all().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aSlabOfAnEpochThatHasNoneIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> epochs.slabEnded(5))
                .withMessageContaining("slab of epoch 5 ended, which has no slabs");
    }

    /** As many epochs as a store of a terabyte may have; none may be slower than those before it. */
    @Test
    @Timeout(10)
    void manySmallEpochsAreRestoredInTimeThatGrowsWithTheirNumber() {
        int many = 300_000;
        for (int number = 0; number < many; number++) {
            epochs.restore(new ColdEpoch(number, "", 0, Lifetime.UNSTATED, 1), new long[] {number + 1}, 1);
        }
        for (int number = 0; number < many; number++) {
            assertThat(epochs.byIndex(epochs.get(number).index()).number()).isEqualTo(number);
        }
    }
}
