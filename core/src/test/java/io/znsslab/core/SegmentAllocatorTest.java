package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The view of an epoch as a segment allocator. */
@SuppressWarnings("restricted")
class SegmentAllocatorTest {
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).build();

    @AfterEach
    void close() {
        allocator.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsSegmentsAreZeroedAlignedDisjointAndOfTheEpoch(boolean packed) {
        long dirty = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(packed));
        SegmentAllocator before = allocator.segmentAllocator(dirty);
        for (int object = 0; object < 5000; object++) {
            before.allocate(100).fill((byte) -1);
        }
        allocator.closeEpoch(dirty, Disposition.DISCARD).join();
        long epoch = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(packed));
        SegmentAllocator segments = allocator.segmentAllocator(epoch);
        List<MemorySegment> all = new ArrayList<>();
        for (long alignment = 1; alignment <= 2048; alignment *= 2) {
            for (int bytes : new int[] {0, 1, 56, 100, 760, 761, 1900}) {
                MemorySegment segment = segments.allocate(bytes, alignment);
                assertThat(segment.byteSize()).isEqualTo(bytes);
                assertThat(segment.address() % alignment).isZero();
                assertThat(segment.mismatch(MemorySegment.ofArray(new byte[bytes])))
                        .isEqualTo(-1);
                assertThat(all)
                        .allMatch(other -> other.asOverlappingSlice(segment).isEmpty());
                all.add(segment.fill((byte) -1));
            }
        }
        assertThat(allocator.epochInfo(epoch).liveObjects()).isEqualTo(all.size());
        allocator.checkInvariants();
    }

    @Test
    void jdkCodeAllocatesThere() throws Throwable {
        SegmentAllocator segments = allocator.segmentAllocator(0);
        assertThat(segments.allocateFrom("zoned storage").getString(0)).isEqualTo("zoned storage");
        assertThat(segments.allocateFrom(JAVA_INT, 1, 2, 3).toArray(JAVA_INT)).containsExactly(1, 2, 3);
        SegmentAllocator slicing = SegmentAllocator.slicingAllocator(segments.allocate(64));
        assertThat(slicing.allocate(JAVA_LONG).asOverlappingSlice(slicing.allocate(JAVA_LONG)))
                .isEmpty();
        Linker linker = Linker.nativeLinker();
        StructLayout quotient = MemoryLayout.structLayout(JAVA_INT.withName("quot"), JAVA_INT.withName("rem"));
        MethodHandle div = linker.downcallHandle(
                linker.defaultLookup().find("div").orElseThrow(), FunctionDescriptor.of(quotient, JAVA_INT, JAVA_INT));
        assertThat(((MemorySegment) div.invokeExact(segments, 17, 5)).toArray(JAVA_INT))
                .containsExactly(3, 2);
    }

    @Test
    void itsSegmentsLastWhenTheEpochIsClosedAndEndWithTheAllocator() {
        MemorySegment segment = allocator.segmentAllocator(0).allocate(JAVA_LONG);
        segment.set(JAVA_LONG, 0, 42);
        allocator.advanceEpoch();
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
        assertThat(Concurrently.run(() -> segment.get(JAVA_LONG, 0))).isEqualTo(42);
        assertThat(segment.scope().isAlive()).isTrue();
        assertThat(allocator.epochInfo(0).liveObjects()).isEqualTo(1);
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        assertThat(allocator.epochInfo(0).state()).isEqualTo(EpochInfo.State.DRAINED);
        allocator.close();
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
    }

    @Test
    void itRefusesAClosedEpochAndWhatNoSlabHolds() {
        SegmentAllocator segments = allocator.segmentAllocator(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> segments.allocate(4017))
                .withMessageStartingWith("a segment of 4017 bytes, aligned to 1: no slab holds that");
        assertThatIllegalArgumentException().isThrownBy(() -> segments.allocate(8, 1 << 16));
        assertThat(segments.allocate(4016).byteSize()).isEqualTo(4016);
        allocator.advanceEpoch();
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        assertThatIllegalStateException()
                .isThrownBy(() -> segments.allocate(8))
                .withMessage("no allocation in epoch 0: it is closed");
        SegmentAllocator current = allocator.segmentAllocator(1);
        allocator.close();
        assertThatIllegalStateException().isThrownBy(() -> current.allocate(8));
    }

    @Test
    void atTheMemoryLimitItSaysWhatToDoAndNoEntryIsLeft() {
        SegmentAllocator segments = allocator.segmentAllocator(0);
        assertThatExceptionOfType(ArenaFullException.class)
                .isThrownBy(() -> {
                    while (true) {
                        segments.allocate(760);
                    }
                })
                .withMessageStartingWith("live objects fill the memory limit of 8388608 bytes");
        assertThat(allocator.epochInfo(0).entries()).isZero();
    }

    @Test
    void threadsAllocateThereWhileTheEpochIsDiscarded() {
        for (int round = 0; round < 20; round++) {
            long epoch = allocator.advanceEpoch();
            SegmentAllocator segments = allocator.segmentAllocator(epoch);
            List<Concurrently<Integer>> threads = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                threads.add(Concurrently.start(() -> {
                    for (int made = 0; ; made++) {
                        try {
                            segments.allocate(100);
                        } catch (ArenaFullException full) {
                            Thread.onSpinWait();
                        } catch (IllegalStateException closed) {
                            return made;
                        }
                    }
                }));
            }
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            threads.forEach(thread -> assertThat(thread.join()).isNotNegative());
            assertThat(allocator.epochInfo(epoch).state()).isEqualTo(EpochInfo.State.DRAINED);
        }
        allocator.checkInvariants();
    }
}
