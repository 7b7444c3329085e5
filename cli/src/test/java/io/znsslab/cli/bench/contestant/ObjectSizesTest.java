package io.znsslab.cli.bench.contestant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectSizesTest {
    private static ObjectSizes read(String text) {
        return new ObjectSizes.Converter().convert(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"120", "32-700", "64,120", "8-16,64,500-700"})
    void sizesAreReadAndPrintedAlike(String text) {
        assertThat(read(text)).hasToString(text);
    }

    @Test
    void aSequenceHasEverySizeThatWasAskedForAndNoOther() {
        int[] sizes = read("8-10,64").sequence(1000, 5);

        assertThat(IntStream.of(sizes).distinct().sorted().toArray()).containsExactly(8, 9, 10, 64);
        assertThat(IntStream.of(sizes).filter(size -> size == 64).count()).isBetween(400L, 600L);
        assertThat(read("8-10,64").sequence(1000, 5)).isEqualTo(sizes);
    }

    @Test
    void aKeyHasOneSize() {
        ObjectSizes sizes = read("100-900");

        assertThat(sizes.sizeOf(12)).isEqualTo(sizes.sizeOf(12)).isBetween(100, 900);
        assertThat(IntStream.range(0, 100).map(sizes::sizeOf).distinct().count())
                .isGreaterThan(50);
    }
}
