package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.bindings.words.NativeWords;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class LastingRangesTest {
    private static final long PAGE = AddressSpace.pageBytes();

    /** Two ranges of a user of that shape, each with a word in it. */
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
    void whoseUserIsGoneReadsAsZeroesByItsAddress() {
        long[] addresses = useAndLeave("left");
        assertThat(NativeWords.getAcquire(addresses[0])).isZero();
        assertThat(NativeWords.getAcquire(addresses[1])).isZero();
    }

    @Test
    void theSegmentOfAUserWhoIsGoneCannotBeUsed() {
        MemorySegment range;
        try (Arena arena = Arena.ofShared()) {
            range = new LastingRanges("segment", arena).reserve(PAGE);
        }
        assertThatIllegalStateException().isThrownBy(() -> range.get(ValueLayout.JAVA_LONG, 0));
    }

    /** Were two of the same size exchanged, what one user reads late of another's table would not be what stands in his own. */
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
    void aRangeOfAnotherSizeIsReservedAnewAndTheFirstComesBackToWhoWantsIt() {
        long[] addresses = useAndLeave("sizes");
        try (Arena arena = Arena.ofShared()) {
            LastingRanges ranges = new LastingRanges("sizes", arena);
            MemorySegment larger = ranges.reserve(8 * PAGE);
            assertThat(larger.byteSize()).isEqualTo(8 * PAGE);
            assertThat(addresses).doesNotContain(larger.address());
        }
        assertThat(useAndLeave("sizes")).isEqualTo(addresses);
    }
}
