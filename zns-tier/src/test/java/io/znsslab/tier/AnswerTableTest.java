package io.znsslab.tier;

import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks over an {@link AnswerTable}: calls the method of each row, and compares the answer.
 *
 * @param <G> the objects that the methods are called on
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AnswerTableTest<G> {
    private final AnswerTable<G> table;

    protected AnswerTableTest(AnswerTable<G> table) {
        this.table = table;
    }

    /** The objects to call. */
    protected abstract G given();

    protected final Stream<Arguments> rows() {
        return table.rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    protected final void eachIsAnsweredOrRefusedInOneSentence(AnswerTable.Row<G> row) throws Exception {
        row.check(given());
    }
}
