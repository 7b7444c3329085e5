package io.znsslab.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratedObjectsTest {
    private static final SizeRange SIZES = new SizeRange(8, 40);

    private static byte[] take(GeneratedObjects objects, long issue) {
        int length = objects.next(issue);
        return Arrays.copyOfRange(objects.bytes(), objects.offset(), objects.offset() + length);
    }

    private static GeneratedObjects begun(long seed) {
        GeneratedObjects objects = new GeneratedObjects(seed, SIZES, 10_000, 1);
        objects.beginEpoch(false, true);
        return objects;
    }

    @Test
    void anObjectMatchesItselfAndNothingElse() {
        GeneratedObjects objects = begun(1);
        byte[] object = take(objects, 5);
        byte[] changed = object.clone();
        changed[changed.length - 1] ^= 1;

        assertThat(objects.matches(5, object, object.length)).isTrue();
        assertThat(objects.matches(5, changed, changed.length)).isFalse();
        assertThat(objects.matches(6, object, object.length)).isFalse();
        assertThat(objects.matches(5, object, object.length - 1)).isFalse();
    }

    @Test
    void noTwoObjectsAreTheSame() {
        GeneratedObjects objects = begun(1);
        Set<String> seen = new HashSet<>();
        for (long issue = 0; issue < 10_000; issue++) {
            assertThat(seen.add(Arrays.toString(take(objects, issue)))).isTrue();
        }
    }

    @Test
    void theLengthsCoverTheWholeRange() {
        GeneratedObjects objects = begun(1);
        Set<Integer> lengths = new HashSet<>();
        for (long issue = 0; issue < 10_000; issue++) {
            lengths.add(objects.lengthOf(issue));
        }
        assertThat(lengths).hasSize(33).contains(8, 40);
    }

    @Test
    void theSameSeedGivesTheSameObjectsAndAnotherOneOthers() {
        assertThat(take(begun(1), 3)).isEqualTo(take(begun(1), 3)).isNotEqualTo(take(begun(2), 3));
    }

    @Test
    void allObjectsAreSpreadOverTheEpochs() {
        GeneratedObjects objects = new GeneratedObjects(1, SIZES, 10, 3);
        int[] counts = new int[3];
        for (int epoch = 0; epoch < 3; epoch++) {
            objects.beginEpoch(false, epoch == 2);
            while (objects.next(0) != ObjectSource.END_OF_EPOCH) {
                counts[epoch]++;
            }
        }
        assertThat(counts).containsExactly(3, 3, 4);
    }
}
