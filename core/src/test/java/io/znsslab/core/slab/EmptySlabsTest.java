package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.SlabStatistics;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Slabs of an open epoch whose objects are all freed: a bin keeps 64 of them, and the frames of the others are
 * available to every thread.
 */
class EmptySlabsTest {
    private static final int KEPT = 64;
    private static final int SLABS = 3 * KEPT;
    private static final int PINNED_EVERY = 8;

    private SlabAllocator allocator;

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    @ParameterizedTest
    @CsvSource({"KEEP_HOT, 4096, 120", "RETURN_TO_OS, 4096, 120", "KEEP_HOT, 65536, 504", "RETURN_TO_OS, 65536, 504"})
    void emptySlabsBeyondThoseThatAreKeptGiveUpTheirFrames(Reclamation reclamation, int slabBytes, int payload) {
        allocator = SlabAllocator.builder()
                .reclamation(reclamation)
                .slabBytes(slabBytes)
                .limitBytes(64L << 20)
                .build();
        int perSlab = (slabBytes - 64) / (payload + 8);
        long[] handles = allocate(SLABS * perSlab, payload);
        // Some slabs keep an object: those stay on the partial list, between the ones that leave it.
        List<Long> pinned = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        for (int object = 0; object < handles.length; object++) {
            boolean pins = object % (PINNED_EVERY * perSlab) == 0;
            (pins ? pinned : others).add(handles[object]);
        }
        Collections.shuffle(others, new Random(slabBytes + payload));
        for (long handle : others) {
            assertThat(allocator.free(handle)).isTrue();
        }
        allocator.checkInvariants();

        // The current slab is on no list.
        int empty = SLABS - SLABS / PINNED_EVERY - 1;
        SlabStatistics counters = allocator.counters();
        assertThat(counters.emptiesRecycled() + counters.emptiesOverflowed())
                .isBetween(empty - KEPT - 1L, empty - KEPT + 1L);
        others.forEach(handle -> assertThat(allocator.resolve(handle)).isNull());
        requireLive(pinned);

        long[] again = allocate(SLABS * perSlab, payload);
        allocator.checkInvariants();
        Set<Long> issued = new HashSet<>(others);
        issued.addAll(pinned);
        for (long handle : again) {
            assertThat(issued.add(handle)).isTrue();
        }
        requireLive(pinned);
        requireLive(Arrays.stream(again).boxed().toList());
    }

    private long[] allocate(int count, int payload) {
        long[] handles = new long[count];
        for (int object = 0; object < count; object++) {
            handles[object] = allocator.allocate(payload, allocator.currentEpoch());
            assertThat(Handle.isHandle(handles[object])).isTrue();
            allocator.resolve(handles[object]).set(ValueLayout.JAVA_LONG, 0, handles[object]);
        }
        return handles;
    }

    private void requireLive(List<Long> handles) {
        for (long handle : handles) {
            assertThat(allocator.resolve(handle).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(handle);
        }
    }
}
