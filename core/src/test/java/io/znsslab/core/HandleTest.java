package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandleTest {
    @Test
    void aWideHandleIsReadByItsParts() {
        long bits = 0x3fff_ffffL << 34 | 0xabcdefL << 10 | 0x81L << 2 | 2;
        Handle handle = Handle.decode(bits);
        assertThat(handle).isEqualTo(new Handle(HandleFormat.WIDE, 0x3fff_ffffL, 0xabcdef, 0x81, -1));
        assertThat(handle.encode()).isEqualTo(bits);
    }

    @Test
    void aCompactHandleIsReadByItsParts() {
        long bits = 0x3f_ffffL << 42 | 0xabcdefL << 18 | 0x81L << 10 | 0x42L << 2 | 1;
        Handle handle = Handle.decode(bits);
        assertThat(handle).isEqualTo(new Handle(HandleFormat.COMPACT, 0x3f_ffffL, 0xabcdef, 0x81, 0x42));
        assertThat(handle.encode()).isEqualTo(bits);
    }

    @ParameterizedTest
    @EnumSource(HandleFormat.class)
    void anAllocatorIssuesHandlesOfItsFormat(HandleFormat format) {
        try (SlabAllocator allocator =
                SlabAllocator.builder().handleFormat(format).limitBytes(1 << 20).build()) {
            long bits = allocator.allocate(100, 0);
            Handle handle = Handle.decode(bits);
            assertThat(handle.format()).isEqualTo(format);
            assertThat(handle.sizeClass()).isEqualTo(format == HandleFormat.COMPACT ? 2 : -1);
            assertThat(handle.encode()).isEqualTo(bits);
        }
    }

    @Test
    void otherVersionBitsAreThoseOfNoHandle() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Handle.decode(0x1230))
                .withMessage("0x0000000000001230 is no handle: its version bits are 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Handle.decode(-1))
                .withMessage("0xffffffffffffffff is no handle: its version bits are 3");
    }

    @ParameterizedTest
    @ValueSource(longs = {Handle.NONE, Handle.EPOCH_CLOSED, Handle.ARENA_FULL, Handle.IDS_EXHAUSTED})
    void aReasonWhyThereIsNoneIsNoHandle(long answer) {
        assertThat(Handle.isHandle(answer)).isFalse();
    }

    @Test
    void everyLifetimeIsFoundByItsNumber() {
        assertThat(Lifetime.values()).extracting(Lifetime::code).containsExactly(0, 1, 2, 3);
        for (Lifetime lifetime : Lifetime.values()) {
            assertThat(Lifetime.of(lifetime.code())).isEqualTo(lifetime);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Lifetime.of(4)).withMessage("lifetime 4: must be 0 to 3");
    }
}
