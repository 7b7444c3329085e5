package io.znsslab.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.changed.BrokenRule;
import io.znsslab.core.changed.ChangedCore;
import java.util.function.LongConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Asks the model test whether it would notice: an allocator that breaks a rule must fail it on one of a few seeds, all
 * of which the allocator as it is passes.
 *
 * <p>{@code -Dmodel.seed=} says which seed is the first one.
 */
class BrokenRulesIT {
    private static final int SEEDS = 24;

    @ParameterizedTest
    @EnumSource
    void theModelNoticesThatARuleIsBroken(BrokenRule rule) throws Exception {
        long first = Long.getLong("model.seed", 1);
        LongConsumer broken = run(rule.core());
        LongConsumer unbroken = run(new ChangedCore());
        AssertionError noticed = null;
        long seed = first;
        for (; noticed == null && seed < first + SEEDS; seed++) {
            unbroken.accept(seed);
            noticed = failure(broken, seed);
        }
        assertThat(noticed)
                .as(
                        "what the model says of an allocator that breaks the rule %s, on %d seeds from %d on",
                        rule, SEEDS, first)
                .isNotNull();
        System.out.printf("Model: noticed on seed %d that %s is broken: %s%n", seed - 1, rule, noticed.getMessage());
    }

    private static LongConsumer run(ChangedCore core) throws ReflectiveOperationException {
        return (LongConsumer) core.make(OneSeed.class);
    }

    /** Null if the run passed. */
    private static AssertionError failure(LongConsumer run, long seed) {
        try {
            run.accept(seed);
            return null;
        } catch (AssertionError e) {
            return e;
        }
    }
}
