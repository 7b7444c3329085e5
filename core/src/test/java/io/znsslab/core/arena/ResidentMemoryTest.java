package io.znsslab.core.arena;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.bindings.AddressSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
    @Test
    void aRangeHasThePagesThatWereTouched() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64 << 20, arena);
            assertThat(ResidentMemory.rangeBytes(range)).isZero();
            AddressSpace.populate(range, 0, 40 << 20);
            assertThat(ResidentMemory.rangeBytes(range)).isEqualTo(40 << 20);
            assertThat(ResidentMemory.processBytes()).isGreaterThan(40 << 20);
            AddressSpace.giveBack(range, 0, 39 << 20);
            assertThat(ResidentMemory.rangeBytes(range)).isEqualTo(1 << 20);
        }
    }

    @Test
    void theProcessGrowsByWhatItTouches() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(512 << 20, arena);
            AddressSpace.populate(range, 0, 512 << 20);
            long with = ResidentMemory.processBytes();
            AddressSpace.giveBack(range, 0, 512 << 20);
            assertThat(with - ResidentMemory.processBytes()).isBetween(400L << 20, 600L << 20);
        }
    }
}
