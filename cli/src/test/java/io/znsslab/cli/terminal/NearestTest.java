package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> WORDS = List.of("reject", "block", "evict-oldest", "null_blk", "file");

    @ParameterizedTest
    @CsvSource({
        "rejct, reject",
        "blok, block",
        "evict, evict-oldest",
        "EVICT-OLDEST, evict-oldest",
        "nulblk, null_blk",
        "fiel, file"
    })
    void aMistypedWordFindsTheOneThatWasMeant(String text, String word) {
        assertThat(Nearest.to(text, WORDS)).hasValue(word);
    }

    @ParameterizedTest
    @CsvSource({"colour", "''", "xyz"})
    void whatIsLikeNoWordFindsNone(String text) {
        assertThat(Nearest.to(text, WORDS)).isEmpty();
    }

    @Test
    void theDistanceIsTheNumberOfLettersToChange() {
        assertThat(Nearest.changes("", "abc")).isEqualTo(3);
        assertThat(Nearest.changes("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.changes("same", "same")).isZero();
    }
}
