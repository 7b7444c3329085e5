package io.znsslab.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HandleLayoutTest {
    static Stream<HandleLayout> layouts() {
        return Stream.of(HandleLayout.COMPACT, HandleLayout.WIDE);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void theLargestOfEachPartComesBack(HandleLayout layout) {
        long lastId = layout.ids() - 1;
        for (long id : new long[] {1, 12_345, lastId}) {
            for (int generation : new int[] {0, 1, 54_321, HandleLayout.MAX_GENERATION}) {
                for (int slot : new int[] {0, 1, 77, 255}) {
                    long handle = layout.handle(id, generation, 5) + layout.slotBits(slot);
                    assertThat(layout.slabId(handle)).isEqualTo(id);
                    assertThat(layout.generation(handle)).isEqualTo(generation);
                    assertThat(layout.slot(handle)).isEqualTo(slot);
                    assertThat(handle & 3).isEqualTo(layout.version());
                    assertThat(layout.fits(handle, 5)).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void anyOtherVersionIsRefused(HandleLayout layout) {
        long handle = layout.handle(7, 8, 3);
        for (int version = 0; version < 4; version++) {
            assertThat(layout.fits((handle & ~3) | version, 3)).isEqualTo(version == layout.version());
        }
    }

    @Test
    void aCompactHandleSaysItsClass() {
        long handle = HandleLayout.COMPACT.handle(7, 8, 200);
        assertThat(HandleLayout.COMPACT.sizeClass(handle)).isEqualTo(200);
        assertThat(HandleLayout.COMPACT.fits(handle, 200)).isTrue();
        assertThat(HandleLayout.COMPACT.fits(handle, 201)).isFalse();
        assertThat(HandleLayout.COMPACT.ids()).isEqualTo(1 << 22);
        assertThat(HandleLayout.COMPACT.version()).isEqualTo(1);
    }

    @Test
    void aWideHandleHasMoreIdsInItsPlace() {
        long handle = HandleLayout.WIDE.handle(7, 8, 20);
        assertThat(HandleLayout.WIDE.sizeClass(handle)).isEqualTo(-1);
        assertThat(HandleLayout.WIDE.fits(handle, 21)).isTrue();
        assertThat(HandleLayout.WIDE.ids()).isEqualTo(1 << 30);
        assertThat(HandleLayout.WIDE.version()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aFreeTagKeepsTheGenerationAndIsNotLive(HandleLayout layout) {
        long handle = layout.handle(9, 321, 1) + layout.slotBits(4);
        assertThat(HandleLayout.isLive(handle)).isTrue();
        long tag = HandleLayout.freeTag(handle);
        assertThat(HandleLayout.isLive(tag)).isFalse();
        assertThat(layout.generation(tag)).isEqualTo(321);
        assertThat(tag | layout.version()).isEqualTo(handle);
        assertThat(HandleLayout.isLive(0)).isFalse();
    }
}
