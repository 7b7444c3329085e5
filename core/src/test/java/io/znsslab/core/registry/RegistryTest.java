package io.znsslab.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.patched.Concurrently;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryTest {
    private final SlabArena arena = new SlabArena(new SlabGeometry(16_384, 64, 128), 1 << 20);
    private final Registry registry = new Registry(arena, HandleLayout.COMPACT, true);

    @AfterEach
    void close() {
        arena.close();
    }

    private long[] take(int count) {
        long[] ids = new long[count];
        assertThat(registry.ids().take(ids)).isEqualTo(count);
        return ids;
    }

    @Test
    void theLargestOfEachPartOfAWordComesBack() {
        long word = Registry.word(HandleLayout.MAX_GENERATION, Registry.COLD, 63, 0xffff_ffffL);
        assertThat(Registry.baseGeneration(word)).isEqualTo(HandleLayout.MAX_GENERATION);
        assertThat(Registry.state(word)).isEqualTo(Registry.COLD);
        assertThat(Registry.sizeClass(word)).isEqualTo(63);
        assertThat(Registry.location(word)).isEqualTo(0xffff_ffffL);
        word = Registry.word(0, Registry.RESIDENT, 0, 0);
        assertThat(Registry.baseGeneration(word)).isZero();
        assertThat(Registry.state(word)).isEqualTo(Registry.RESIDENT);
        assertThat(Registry.sizeClass(word)).isZero();
        assertThat(Registry.location(word)).isZero();
    }

    @Test
    void idsAscendFromOne() {
        assertThat(take(3)).containsExactly(1, 2, 3);
        assertThat(take(2)).containsExactly(4, 5);
        assertThat(registry.ids().inUse()).isEqualTo(5);
        assertThat(registry.ids().lastTaken()).isEqualTo(5);
        assertThat(registry.idBound()).isEqualTo(HandleLayout.COMPACT.ids());
    }

    @Test
    void aWordIsSetPublishedAndChangedFromWhatItWas() {
        long id = take(1)[0];
        assertThat(Registry.state(registry.laWord(id))).isEqualTo(Registry.UNUSED);
        registry.svWord(id, 11);
        assertThat(registry.laWord(id)).isEqualTo(11);
        registry.srWord(id, 12);
        assertThat(registry.laWord(id)).isEqualTo(12);
        assertThat(registry.casWord(id, 11, 13)).isFalse();
        assertThat(registry.laWord(id)).isEqualTo(12);
        assertThat(registry.casWord(id, 12, 13)).isTrue();
        assertThat(registry.laWord(id)).isEqualTo(13);
        assertThat(registry.laWord(id + 1)).isZero();
    }

    @Test
    void aRefusedIdGoesOnBehindItsLastGenerationWhenItIsReused() {
        take(3);
        registry.svRefusal(2, 41);
        long word = registry.laWord(2);
        assertThat(Registry.state(word)).isEqualTo(Registry.UNUSED);
        assertThat(Registry.baseGeneration(word)).isEqualTo(42);
        assertThat(Registry.isUsedUp(word)).isFalse();
        assertThat(registry.ids().inUse()).isEqualTo(3);
        registry.ids().reuse(2);
        assertThat(registry.ids().inUse()).isEqualTo(2);
        assertThat(take(2)).containsExactly(2, 4);
        assertThat(Registry.baseGeneration(registry.laWord(2))).isEqualTo(42);
        assertThat(registry.ids().inUse()).isEqualTo(4);
    }

    @Test
    void idsThatWereUsedBeforeComeFirst() {
        take(5);
        for (long id : new long[] {3, 1, 5}) {
            registry.svRefusal(id, 1);
            registry.ids().reuse(id);
        }
        assertThat(take(2)).containsExactly(5, 1);
        assertThat(take(3)).containsExactly(3, 6, 7);
    }

    @Test
    void idsComeBackWhileAThreadWaitsForTheReservationOfMore() {
        registry.ids()
                .reserveBy(wanted -> wanted == 1
                        ? 3
                        : Concurrently.run(() -> {
                            // As the thread does that makes the reservation durable.
                            registry.ids().reuse(2);
                            return wanted;
                        }));
        take(2);
        registry.svRefusal(2, 1);
        assertThat(take(1)).containsExactly(2);
    }

    @Test
    void eachReservationIsAnnouncedOnceWhenHalfOfTheOneBeforeIsTaken() {
        List<Long> announced = new ArrayList<>();
        registry.ids().reserveBy(new SlabIds.Reservation() {
            @Override
            public long reserve(long wanted) {
                return wanted + 10;
            }

            @Override
            public void announce(long wanted) {
                announced.add(wanted);
            }
        });
        take(4);
        assertThat(announced).isEmpty();
        take(1);
        take(3);
        assertThat(announced).containsExactly(11L);
        take(2);
        take(5);
        assertThat(announced).containsExactly(11L, 21L);
    }

    @Test
    void anIdOfTheLastGenerationIsNeverUsedAgain() {
        take(2);
        registry.svRefusal(1, HandleLayout.MAX_GENERATION - 1);
        assertThat(Registry.isUsedUp(registry.laWord(1))).isFalse();
        registry.svRefusal(1, HandleLayout.MAX_GENERATION);
        assertThat(Registry.isUsedUp(registry.laWord(1))).isTrue();
        assertThat(Registry.baseGeneration(registry.laWord(1))).isEqualTo(HandleLayout.MAX_GENERATION);
        registry.ids().reuse(1);
        assertThat(take(1)).containsExactly(3);
        assertThat(registry.ids().inUse()).isEqualTo(3);
        assertThat(Registry.isUsedUp(Registry.word(1, Registry.RESIDENT, 1, 0))).isFalse();
    }

    @Test
    void whenNoIdIsLeftFewerAreTaken() {
        int all = (int) HandleLayout.COMPACT.ids() - 1;
        assertThat(registry.ids().take(new long[all - 2])).isEqualTo(all - 2);
        long[] last = new long[4];
        assertThat(registry.ids().take(last)).isEqualTo(2);
        assertThat(last).containsExactly(all - 1, all, 0, 0);
        assertThat(registry.ids().take(last)).isZero();
        registry.svRefusal(9, 1);
        registry.ids().reuse(9);
        assertThat(registry.ids().take(last)).isEqualTo(1);
        assertThat(last[0]).isEqualTo(9);
    }

    @Test
    void aColdSlabKnowsItsEpochAndWhetherItsHandlesHaveOneGeneration() {
        registry.spColdEpoch(4, 77, true);
        registry.spColdEpoch(5, 78, false);
        assertThat(registry.lpColdEpochIndex(4)).isEqualTo(77);
        assertThat(registry.lpColdHasOneGeneration(4)).isTrue();
        assertThat(registry.lpColdEpochIndex(5)).isEqualTo(78);
        assertThat(registry.lpColdHasOneGeneration(5)).isFalse();
    }

    @Test
    void aColdSlotIsClearedOnce() {
        for (int word = 0; word < 4; word++) {
            registry.svColdBits(6, word, 0);
            registry.svColdBits(7, word, 0);
        }
        registry.svColdBits(6, 0, 0b101);
        registry.svColdBits(6, 3, 1L << 63);
        registry.svColdBits(7, 0, -1);
        assertThat(registry.laColdBits(6, 0)).isEqualTo(0b101);
        assertThat(registry.clearColdBit(6, 1)).isFalse();
        assertThat(registry.clearColdBit(6, 0)).isTrue();
        assertThat(registry.clearColdBit(6, 0)).isFalse();
        assertThat(registry.clearColdBit(6, 2)).isTrue();
        assertThat(registry.coldIsEmpty(6, Registry.word(1, Registry.COLD, 0, 1)))
                .isFalse();
        assertThat(registry.clearColdBit(6, 255)).isTrue();
        assertThat(registry.coldIsEmpty(6, Registry.word(1, Registry.COLD, 0, 1)))
                .isTrue();
        assertThat(registry.laColdBits(7, 0)).isEqualTo(-1);
        assertThat(registry.coldIsEmpty(7, Registry.word(1, Registry.COLD, 0, 1)))
                .isFalse();
    }

    @Test
    void aWaiterForAMovingSlabGoesOnWhenItHasSettled() {
        long id = take(1)[0];
        registry.svWord(id, Registry.word(1, Registry.MOVING, 0, 5));
        Thread[] waiter = new Thread[1];
        Concurrently<Long> waiting = Concurrently.start(() -> {
            waiter[0] = Thread.currentThread();
            registry.awaitSettled(id);
            return registry.laWord(id);
        });
        Concurrently.awaitParked(() -> waiter[0]);
        long settled = Registry.word(1, Registry.COLD, 0, 9);
        registry.svWord(id, settled);
        assertThat(waiting.join()).isEqualTo(settled);
    }

    @Test
    void aWordIsDescribedByItsParts() {
        assertThat(Registry.describe(Registry.word(3, Registry.RESIDENT, 2, 1)))
                .isEqualTo("\"resident in frame 1, class 2, base generation 3\"");
        assertThat(Registry.describe(Registry.word(3, Registry.MOVING, 2, 1))).contains("moving from 1");
        assertThat(Registry.describe(Registry.word(3, Registry.COLD, 2, 1))).contains("cold at 1");
        assertThat(Registry.describe(Registry.refusal(3))).contains("unused, before");
        assertThat(Registry.describe(Registry.refusal(HandleLayout.MAX_GENERATION)))
                .contains("used up,");
    }

    @Test
    void aCensusOfEveryIdInOnePlaceIsComplete() {
        take(5);
        registry.svRefusal(2, 3);
        registry.ids().reuse(2);
        registry.svRefusal(4, HandleLayout.MAX_GENERATION);
        IdCensus census = new IdCensus(registry);
        census.found(1, "here");
        census.found(3, "here");
        census.found(5, "here");
        census.checkComplete();
    }

    @Test
    void aCensusNamesTheIdThatIsLostInTwoPlacesOrWasNeverTaken() {
        take(3);
        IdCensus census = new IdCensus(registry);
        census.found(1, "here");
        assertThatIllegalStateException()
                .isThrownBy(() -> census.found(1, "there"))
                .withMessageContaining("slab id 1 is there, and found elsewhere too");
        for (long id : new long[] {0, 4}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> census.found(id, "there"))
                    .withMessageContaining("slab id " + id + " is there and was never taken");
        }
        census.found(2, "here");
        assertThatIllegalStateException().isThrownBy(census::checkComplete).withMessageContaining("slab id 3 is lost");
    }

    @Test
    void aCensusRefusesAMovingSlabAndAFreeIdThatIsInUse() {
        take(2);
        registry.svWord(1, Registry.word(1, Registry.MOVING, 0, 5));
        assertThatIllegalStateException()
                .isThrownBy(() -> new IdCensus(registry))
                .withMessageContaining("slab 1 is moving between tiers");
        registry.svRefusal(1, 1);
        registry.ids().reuse(1);
        registry.svWord(1, Registry.word(1, Registry.RESIDENT, 0, 0));
        assertThatIllegalStateException()
                .isThrownBy(() -> new IdCensus(registry))
                .withMessageContaining("free slab id 1 has the word");
    }

    @Test
    void aCensusNamesAFreeListThatHasLostAnId() {
        take(3);
        for (long id = 1; id <= 3; id++) {
            registry.svRefusal(id, 1);
            registry.ids().reuse(id);
        }
        registry.svWord(3, Registry.word(2, Registry.UNUSED, 0, 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> new IdCensus(registry))
                .withMessageContaining("the number of free slab ids is 2 and should be 3");
    }

    @Test
    void whereNoSlabTurnsColdTheEntryOfAUsedUpIdGoesToTheNextIdThatHasIt() {
        Registry small = new Registry(arena, HandleLayout.WIDE, false);
        long[] ids = new long[2];
        small.ids().take(ids);
        small.svWord(ids[0], Registry.word(HandleLayout.MAX_GENERATION, Registry.RESIDENT, 0, 7));
        small.svRefusal(ids[0], HandleLayout.MAX_GENERATION);
        assertThat(Registry.isUsedUp(small.laWord(ids[0]))).isTrue();
        small.ids().reuse(ids[0]);

        long[] next = new long[1];
        small.ids().take(next);

        assertThat(next[0]).isEqualTo(ids[0] + small.entryMask() + 1);
        assertThat(small.laWord(next[0])).isZero();
        assertThat(small.ids().inUse()).isEqualTo(2);
        for (long id = next[0]; id + small.entryMask() + 1 < HandleLayout.WIDE.ids(); ) {
            small.svRefusal(id, HandleLayout.MAX_GENERATION);
            small.ids().reuse(id);
            small.ids().take(next);
            assertThat(next[0]).isGreaterThan(id);
            id = next[0];
        }
        small.svRefusal(next[0], HandleLayout.MAX_GENERATION);
        small.ids().reuse(next[0]);
        assertThat(Registry.isUsedUp(small.laWord(next[0]))).isTrue();
        small.ids().take(next);
        assertThat(next[0]).isEqualTo(3);
    }
}
