package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.bindings.words.NativeWords;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LastingRangesTest {
    private static final long PAGE = AddressSpace.pageBytes();

    /** Makes two ranges for a user of that shape, and writes a word to each. */
    private static long[] useAndLeave(Object shape) {
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges(shape, arena);
            MemorySegment first = ranges.reserve(4 * PAGE);
            MemorySegment second = ranges.reserve(4 * PAGE);
            assertThat(first.get(ValueLayout.JAVA_LONG, 0)).isZero();
            assertThat(second.get(ValueLayout.JAVA_LONG, 0)).isZero();
            first.set(ValueLayout.JAVA_LONG, 0, 1);
            second.set(ValueLayout.JAVA_LONG, 0, 2);
            return new long[] {first.address(), second.address()};
        }
    }

    @Test
    void aFormerUsersRangeReadsAsZeroesByItsAddress() {
        long[] addresses = useAndLeave("left");
        assertThat(NativeWords.getAcquire(addresses[0])).isZero();
        assertThat(NativeWords.getAcquire(addresses[1])).isZero();
    }

    @Test
    void theSegmentOfAFormerUserCannotBeUsed() {
        MemorySegment range;
        try (Arena arena = Arena.ofShared()) {
            range = new LastingRanges("segment", arena).reserve(PAGE);
        }
        assertThatIllegalStateException().isThrownBy(() -> range.get(ValueLayout.JAVA_LONG, 0));
    }

    /**
     * If two ranges of the same size were exchanged, a late read of one user's table would read another table than its
     * own.
     */
    @Test
    void theNextUserOfTheShapeGetsEachInItsPlace() {
        long[] addresses = useAndLeave("in place");
        assertThat(useAndLeave("in place")).isEqualTo(addresses);
        assertThat(useAndLeave("in place")).isEqualTo(addresses);
    }

    @Test
    void aUserOfAnotherShapeOrAtTheSameTimeGetsOthers() {
        long[] addresses = useAndLeave("one");
        assertThat(useAndLeave("another")).doesNotContain(addresses);
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("one", arena);
            assertThat(ranges.reserve(4 * PAGE).address()).isEqualTo(addresses[0]);
            assertThat(useAndLeave("one")).doesNotContain(addresses);
            assertThat(ranges.reserve(4 * PAGE).address()).isEqualTo(addresses[1]);
        }
    }

    @Test
    void aRangeOfAnotherSizeIsReservedAnewAndTheFirstComesBackOnRequest() {
        long[] addresses = useAndLeave("sizes");
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("sizes", arena);
            MemorySegment larger = ranges.reserve(8 * PAGE);
            assertThat(larger.byteSize()).isEqualTo(8 * PAGE);
            assertThat(addresses).doesNotContain(larger.address());
        }
        assertThat(useAndLeave("sizes")).isEqualTo(addresses);
    }

    private static boolean isMapped(long address) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.map(line -> line.substring(0, line.indexOf(' ')).split("-"))
                    .anyMatch(ends -> Long.parseUnsignedLong(ends[0], 16) <= address
                            && address < Long.parseUnsignedLong(ends[1], 16));
        }
    }

    @Test
    void aSparseRangeIsMappedPieceByPiece() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("sparse", arena);
            LastingRange range = ranges.reserveSparse(1L << 40, 4 * PAGE);
            assertThat(isMapped(range.address())).isFalse();

            range.map(9 * PAGE, PAGE);
            range.map(9 * PAGE, PAGE);

            assertThat(isMapped(range.address())).isFalse();
            assertThat(isMapped(range.address() + 8 * PAGE)).isTrue();
            assertThat(isMapped(range.address() + 12 * PAGE)).isFalse();
            MemorySegment segment = ranges.segmentOf(range);
            segment.set(ValueLayout.JAVA_LONG, 11 * PAGE, 5);
            range.map(4 * PAGE, 12 * PAGE);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 11 * PAGE)).isEqualTo(5);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 4 * PAGE)).isZero();
        }
    }

    @Test
    void aReadableRangeReadsAsZeroesBeforeItIsMapped() {
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("readable", arena);
            LastingRange range = ranges.reserveReadable(1L << 33, PAGE);
            MemorySegment segment = ranges.segmentOf(range);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 1L << 32)).isZero();

            range.map(PAGE, PAGE);

            segment.set(ValueLayout.JAVA_LONG, PAGE, 7);
            assertThat(segment.get(ValueLayout.JAVA_LONG, PAGE)).isEqualTo(7);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 2 * PAGE)).isZero();
        }
    }

    @Test
    void anAbandonedUserLeavesNothingMapped() throws IOException {
        long sparse;
        long readable;
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("abandoned", arena);
            LastingRange first = ranges.reserveSparse(16 * PAGE, PAGE);
            first.map(3 * PAGE, 2 * PAGE);
            sparse = first.address() + 3 * PAGE;
            readable = ranges.reserveReadable(16 * PAGE, PAGE).address();
            assertThat(isMapped(sparse)).isTrue();
            assertThat(isMapped(readable)).isTrue();
            ranges.abandon();
        }
        assertThat(isMapped(sparse)).isFalse();
        assertThat(isMapped(readable)).isFalse();
    }
}
