package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class WordsTest {
    private enum Policy {
        REJECT,
        EVICT_OLDEST
    }

    private enum Spelled {
        NULL_BLK("null_blk");

        private final String word;

        Spelled(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    @Test
    void aConstantIsReadByItsWordInAnyCase() {
        assertThat(new Words<>(Policy.class).convert("evict-oldest")).isEqualTo(Policy.EVICT_OLDEST);
        assertThat(new Words<>(Policy.class).convert("Reject")).isEqualTo(Policy.REJECT);
        assertThat(new Words<>(Spelled.class).convert("NULL_BLK")).isEqualTo(Spelled.NULL_BLK);
    }

    @Test
    void aWrongWordIsAnsweredInTheSpellingOfTheRightOnes() {
        assertThatThrownBy(() -> new Words<>(Policy.class).convert("evict"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'evict' is not one of reject, evict-oldest: did you mean evict-oldest?");
        assertThatThrownBy(() -> new Words<>(Spelled.class).convert("disk"))
                .hasMessage("'disk' is not one of null_blk");
    }
}
