package io.znsslab.emulation.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps Jupiter from running the tests of our engine a second time where both engines are active: in an IDE. */
final class OnlyInZonedKernel implements ExecutionCondition {
    /** Configuration parameter that our engine sets when it calls Jupiter. */
    static final String IN_ZONED_KERNEL = "io.znsslab.emulation.in-zoned-kernel";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getConfigurationParameter(IN_ZONED_KERNEL).isPresent()
                ? ConditionEvaluationResult.enabled("run by the engine zoned-kernel")
                : ConditionEvaluationResult.disabled("the engine zoned-kernel runs this test");
    }
}
