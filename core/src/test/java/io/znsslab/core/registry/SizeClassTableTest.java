package io.znsslab.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The geometry of slots that follows from the registry word alone. */
class SizeClassTableTest {
    private final SlabArena arena = new SlabArena(new SlabGeometry(65536, 16, 128, 65472), 1 << 20);
    private final SizeClassTable facts = new SizeClassTable(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void aResidentSlabHasTheSlotsOfItsClass() {
        for (int sizeClass = 0; sizeClass < arena.geometry().sizeClasses(); sizeClass++) {
            long found = SizeClassTable.of(facts.base(), Registry.word(7, Registry.RESIDENT, sizeClass, 0xffff_ffffL));
            assertThat(SizeClassTable.slots(found)).isEqualTo(arena.geometry().slots(sizeClass));
            assertThat(SizeClassTable.slotBytes(found))
                    .isEqualTo(arena.geometry().slotBytes(sizeClass));
            assertThat(SizeClassTable.payloadBytes(found))
                    .isEqualTo(arena.geometry().payloadBytes(sizeClass));
        }
    }

    @Test
    void aPackedSlabHasNoSlotsThatAClassedHandleCouldName() {
        int packedClass = arena.geometry().packedClass();
        long resident = SizeClassTable.of(facts.base(), Registry.word(7, Registry.RESIDENT, packedClass, 5));
        assertThat(SizeClassTable.isPacked(resident)).isTrue();
        assertThat(SizeClassTable.slots(resident)).isZero();
        for (int state : new int[] {Registry.UNUSED, Registry.MOVING, Registry.COLD}) {
            assertThat(SizeClassTable.isPacked(
                            SizeClassTable.of(facts.base(), Registry.word(7, state, packedClass, 5))))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Registry.UNUSED, Registry.MOVING, Registry.COLD})
    void aSlabThatIsNotResidentHasNoSlots(int state) {
        for (int sizeClass = 0; sizeClass < SlabGeometry.MAX_CLASSES; sizeClass++) {
            assertThat(SizeClassTable.slots(SizeClassTable.of(facts.base(), Registry.word(7, state, sizeClass, 5))))
                    .isZero();
        }
    }

    @Test
    void aClassThatThereIsNotHasNoSlots() {
        for (int sizeClass = arena.geometry().classes(); sizeClass < SlabGeometry.MAX_CLASSES; sizeClass++) {
            assertThat(SizeClassTable.slots(
                            SizeClassTable.of(facts.base(), Registry.word(7, Registry.RESIDENT, sizeClass, 5))))
                    .isZero();
        }
    }
}
