package io.znsslab.emulation.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps Jupiter itself away from the tests that our engine runs, where both are at work: in an IDE. */
final class OnlyInZonedKernel implements ExecutionCondition {
    /** Configuration parameter with which our engine calls Jupiter. */
    static final String IN_ZONED_KERNEL = "io.znsslab.emulation.in-zoned-kernel";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getConfigurationParameter(IN_ZONED_KERNEL).isPresent()
                ? ConditionEvaluationResult.enabled("run by the engine zoned-kernel")
                : ConditionEvaluationResult.disabled("the engine zoned-kernel runs this test");
    }
}
