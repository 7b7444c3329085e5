package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of {@link Arena}, on the arenas of the JDK and on domains side by side: what holds for the former in
 * this class holds for the latter.
 */
@ParameterizedClass
@EnumSource(ArenaContractTest.Kind.class)
@SuppressWarnings({"MustBeClosedChecker", "restricted", "ImmutableEnumChecker"}) // arenas are closed as is tested
class ArenaContractTest {
    /** Whose arena it is, and for which threads. */
    enum Kind {
        CONFINED_OF_THE_JDK(true, _ -> Arena.ofConfined()),
        SHARED_OF_THE_JDK(false, _ -> Arena.ofShared()),
        CONFINED_DOMAIN(true, SlabAllocator::openDomain),
        CONFINED_DOMAIN_THAT_RECLAIMS(true, allocator -> allocator.openDomain(Disposition.RECLAIM)),
        SHARED_DOMAIN(false, allocator -> allocator.openSharedDomain(Disposition.DISCARD)),
        WRAPPED_DOMAIN(false, allocator -> allocator.wrapDomain(0).enter());

        final boolean confined;
        private final Function<SlabAllocator, Arena> opening;

        Kind(boolean confined, Function<SlabAllocator, Arena> opening) {
            this.confined = confined;
            this.opening = opening;
        }
    }

    private static final int LARGE = 1 << 16;

    private final Kind kind;
    private final SlabAllocator packing =
            SlabAllocator.builder().limitBytes(8 << 20).build();
    private final SlabAllocator classing =
            SlabAllocator.builder().limitBytes(8 << 20).packedDomains(false).build();

    ArenaContractTest(Kind kind) {
        this.kind = kind;
    }

    @AfterEach
    void close() {
        // refuses while a domain is entered
        packing.close();
        classing.close();
    }

    private Arena open() {
        return kind.opening.apply(packing);
    }

    /** With objects in packed slabs, and in slabs of size classes. */
    private List<Arena> openBoth() {
        return List.of(open(), kind.opening.apply(classing));
    }

    private static Throwable elsewhere(Runnable call) {
        return Concurrently.start(() -> catchThrowable(call::run)).join();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 56, 57, 100, 760, 761, 2000, 4016, 4017, LARGE})
    void memoryIsZeroedOfTheSizeAskedForAndAligned(long bytes) {
        for (Arena arena : openBoth()) {
            try (arena) {
                for (long alignment = 1; alignment <= 8192; alignment *= 2) {
                    for (int round = 0; round < 3; round++) {
                        MemorySegment segment = arena.allocate(bytes, alignment);
                        assertThat(segment.byteSize()).isEqualTo(bytes);
                        assertThat(segment.address()).isNotZero();
                        assertThat(segment.address() % alignment).isZero();
                        assertThat(segment.mismatch(MemorySegment.ofArray(new byte[(int) bytes])))
                                .isEqualTo(-1);
                        segment.fill((byte) 0xff);
                    }
                }
            }
        }
    }

    @Test
    void memoryOfAnEarlierArenaComesBackZeroed() {
        for (int round = 0; round < 50; round++) {
            for (Arena arena : openBoth()) {
                try (arena) {
                    for (int bytes = 1; bytes < 1000; bytes += 37) {
                        MemorySegment segment = arena.allocate(bytes);
                        assertThat(segment.mismatch(MemorySegment.ofArray(new byte[bytes])))
                                .isEqualTo(-1);
                        segment.fill((byte) 0xff);
                    }
                }
            }
        }
    }

    @Test
    void noTwoSegmentsOverlap() {
        for (Arena arena : openBoth()) {
            try (arena) {
                List<MemorySegment> segments = new ArrayList<>();
                for (int bytes : new int[] {0, 1, 8, 100, 0, 760, 761, 3000, 5000, 0}) {
                    segments.add(arena.allocate(bytes));
                    segments.add(arena.allocate(bytes, 64));
                }
                for (int one = 0; one < segments.size(); one++) {
                    for (int other = 0; other < one; other++) {
                        assertThat(segments.get(one).asOverlappingSlice(segments.get(other)))
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void segmentsAreNativeWritableAndOfTheArenasScope() {
        for (Arena arena : openBoth()) {
            try (arena) {
                for (int bytes : new int[] {0, 16, 2000, LARGE}) {
                    MemorySegment segment = arena.allocate(bytes);
                    assertThat(segment.isNative()).isTrue();
                    assertThat(segment.isMapped()).isFalse();
                    assertThat(segment.isReadOnly()).isFalse();
                    assertThat(segment.heapBase()).isEmpty();
                    assertThat(segment.scope()).isEqualTo(arena.scope());
                    assertThat(segment.scope().isAlive()).isTrue();
                    assertThat(segment.asByteBuffer().isDirect()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aNegativeSizeIsRefused(long bytes) {
        try (Arena arena = open()) {
            assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(bytes));
            assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(bytes, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, 12, Long.MIN_VALUE, Long.MAX_VALUE})
    void anAlignmentThatIsNoPowerOfTwoIsRefused(long alignment) {
        try (Arena arena = open()) {
            assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(8, alignment));
            assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(0, alignment));
        }
    }

    @Test
    void moreThanThereIsOfMemoryFailsAndTheArenaGoesOn() {
        try (Arena arena = open()) {
            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> arena.allocate(Long.MAX_VALUE >> 1));
            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> arena.allocate(8, 1L << 61));
            assertThat(arena.allocate(8).byteSize()).isEqualTo(8);
        }
    }

    @Test
    void segmentsAndScopeEndWithTheArena() {
        for (Arena arena : openBoth()) {
            MemorySegment small = arena.allocate(16);
            MemorySegment large = arena.allocate(LARGE);
            MemorySegment part = small.asSlice(8);
            MemorySegment.Scope scope = arena.scope();
            arena.close();
            assertThat(scope.isAlive()).isFalse();
            assertThat(arena.scope()).isEqualTo(scope);
            for (MemorySegment segment : List.of(small, large, part)) {
                assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_BYTE, 0));
                assertThatIllegalStateException().isThrownBy(() -> segment.fill((byte) 1));
                assertThat(segment.scope().isAlive()).isFalse();
            }
        }
    }

    @Test
    void theScopeOfAnUnusedArenaEndsToo() {
        Arena arena = open();
        arena.close();
        assertThat(arena.scope().isAlive()).isFalse();
        assertThat(arena.scope()).isEqualTo(arena.scope());
    }

    @Test
    void closingTwiceAndAllocatingAfterwardsIsRefused() {
        for (Arena arena : openBoth()) {
            arena.allocate(8);
            arena.close();
            assertThatIllegalStateException().isThrownBy(arena::close);
            assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8));
            assertThatIllegalStateException().isThrownBy(() -> arena.allocate(0));
            assertThatIllegalStateException().isThrownBy(() -> arena.allocate(LARGE));
            assertThatIllegalStateException().isThrownBy(() -> arena.allocateFrom("a"));
            assertThatIllegalStateException().isThrownBy(arena::close);
            assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(-1));
        }
    }

    private void assertRefusedIfConfined(Throwable thrown) {
        if (kind.confined) {
            assertThat(thrown).isInstanceOf(WrongThreadException.class);
        } else {
            assertThat(thrown).isNull();
        }
    }

    @Test
    void anotherThreadIsRefusedByWhatIsConfinedAndServedByTheRest() {
        Arena arena = open();
        MemorySegment segment = arena.allocate(16);
        assertRefusedIfConfined(elsewhere(() -> arena.allocate(8)));
        assertRefusedIfConfined(elsewhere(() -> arena.allocate(LARGE)));
        assertRefusedIfConfined(elsewhere(() -> segment.set(JAVA_LONG, 0, 5)));
        assertThat(segment.isAccessibleBy(Thread.currentThread())).isTrue();
        assertThat(segment.isAccessibleBy(new Thread(() -> {}))).isEqualTo(!kind.confined);
        assertThat(Concurrently.run(arena::scope)).isEqualTo(arena.scope());
        assertRefusedIfConfined(elsewhere(arena::close));
        assertThat(arena.scope().isAlive()).isEqualTo(kind.confined);
        if (kind.confined) {
            arena.close();
            assertThat(elsewhere(arena::close)).isInstanceOf(WrongThreadException.class);
            assertThat(elsewhere(() -> arena.allocate(8))).isInstanceOf(WrongThreadException.class);
        }
        assertThat(elsewhere(() -> arena.allocate(-8))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyThreadsAllocateAtATimeFromWhatIsShared() {
        try (Arena arena = open()) {
            List<Concurrently<Throwable>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                byte mark = (byte) thread;
                threads.add(Concurrently.start(() -> catchThrowable(() -> allocateAndCheck(arena, mark))));
            }
            for (Concurrently<Throwable> thread : threads) {
                assertRefusedIfConfined(thread.join());
            }
        }
    }

    private static void allocateAndCheck(Arena arena, byte mark) {
        List<MemorySegment> mine = new ArrayList<>();
        for (int object = 0; object < 200; object++) {
            mine.add(arena.allocate(24).fill(mark));
        }
        MemorySegment expected = MemorySegment.ofArray(new byte[24]).fill(mark);
        assertThat(mine).allMatch(segment -> segment.mismatch(expected) == -1);
    }

    @Test
    void cleanupActionsRunOnceWhenItIsClosed() {
        AtomicInteger runs = new AtomicInteger();
        Arena arena = open();
        MemorySegment segment = arena.allocate(16);
        MemorySegment bound = MemorySegment.ofAddress(segment.address()).reinterpret(16, arena, ended -> {
            assertThat(ended.scope().isAlive()).isTrue();
            runs.incrementAndGet();
        });
        bound.set(JAVA_LONG, 0, 7);
        assertThat(segment.get(JAVA_LONG, 0)).isEqualTo(7);
        assertThat(runs).hasValue(0);
        arena.close();
        assertThat(runs).hasValue(1);
        assertThatIllegalStateException().isThrownBy(() -> bound.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(arena::close);
        assertThat(runs).hasValue(1);
    }

    @Test
    void whatACleanupActionThrowsIsThrownOnAndTheArenaIsClosedForAllThat() {
        Arena arena = open();
        arena.allocate(16).reinterpret(arena, _ -> {
            throw new IllegalArgumentException("thrown by the test");
        });
        assertThatIllegalArgumentException().isThrownBy(arena::close).withMessage("thrown by the test");
        assertThat(arena.scope().isAlive()).isFalse();
        assertThatIllegalStateException().isThrownBy(arena::close);
        assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8));
    }

    @Test
    void aCleanupActionFindsTheArenaClosed() {
        Arena arena = open();
        List<Throwable> thrown = new ArrayList<>();
        arena.allocate(16).reinterpret(arena, _ -> {
            thrown.add(catchThrowable(arena::close));
            thrown.add(catchThrowable(() -> arena.allocate(8)));
            thrown.add(catchThrowable(() -> arena.allocate(LARGE)));
        });
        arena.close();
        assertThat(thrown).hasSize(3).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
        assertThatIllegalStateException().isThrownBy(arena::close);
    }

    @Test
    void layoutsArraysAndStringsAreAllocatedAsTheyAre() {
        for (Arena arena : openBoth()) {
            try (arena) {
                assertThat(arena.allocate(JAVA_LONG).byteSize()).isEqualTo(8);
                assertThat(arena.allocate(JAVA_LONG, 10).byteSize()).isEqualTo(80);
                assertThat(arena.allocateFrom("zoned").getString(0)).isEqualTo("zoned");
                assertThat(arena.allocateFrom(JAVA_LONG, 1, 2, 3).toArray(JAVA_LONG))
                        .containsExactly(1, 2, 3);
                assertThat(arena.allocateFrom(JAVA_BYTE, MemorySegment.ofArray(new byte[] {4, 5}), JAVA_BYTE, 0, 2)
                                .toArray(JAVA_BYTE))
                        .containsExactly(4, 5);
                assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(JAVA_LONG, -1));
            }
        }
    }
}
