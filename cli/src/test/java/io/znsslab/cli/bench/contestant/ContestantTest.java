package io.znsslab.cli.bench.contestant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContestantTest {
    private static final ObjectSizes SIZES = new ObjectSizes.Converter().convert("8-700");

    @ParameterizedTest
    @EnumSource
    void aContestantWorksInEveryPatternOrSaysWhyItIsAbsent(Contestant contestant) {
        if (contestant.absence().isPresent()) {
            assertThat(contestant.absence().get()).containsAnyOf("apt install", "GLIBC_TUNABLES");
            return;
        }
        try (ObjectMemory memory = contestant.open()) {
            WorkLoop loop = WorkLoop.on(memory);
            for (Pattern pattern : Pattern.values()) {
                Work work = new Work(pattern, 100, SIZES, 1);
                loop.begin(work);
                assertThat(loop.batch(work)).isPositive();
                assertThat(loop.batch(work)).isPositive();
                loop.end(work);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SLAB", "GLIBC"})
    void objectsKeepTheirBytesBesideThoseOfOtherContestants(Contestant contestant) {
        try (ObjectMemory memory = contestant.open();
                ObjectMemory other = Contestant.SLAB_KEEP_HOT.open()) {
            long object = memory.allocate(8);
            long others = other.allocate(8);
            memory.write(object, 1);
            other.write(others, 2);

            assertThat(memory.read(object)).isEqualTo(1);
            assertThat(other.read(others)).isEqualTo(2);
            memory.free(object);
            other.free(others);
            assertThatThrownBy(() -> other.free(others)).hasMessageContaining("stale");
        }
    }
}
