package io.znsslab.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.BrokenRule;
import io.znsslab.core.patched.PatchedCore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that the model test notices broken rules: an allocator that breaks one must fail the test on one of a few
 * seeds, all of which the real allocator passes. Runs in JVMs of their own, since such an allocator may also crash one.
 *
 * <p>{@code -Dmodel.seed=} gives the first seed.
 */
class BrokenRulesIT {
    private static final int SEEDS = 24;
    private static final int NOTICED = 3;

    @ParameterizedTest
    @EnumSource
    void theModelNoticesThatARuleIsBroken(BrokenRule rule) throws Exception {
        theModelNotices(rule, false);
    }

    @ParameterizedTest
    @EnumSource
    void theModelNoticesThatARuleIsBrokenForPackedSlabs(BrokenRule rule) throws Exception {
        theModelNotices(rule, true);
    }

    private static void theModelNotices(BrokenRule rule, boolean packedOnly) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:ErrorFile=/dev/null",
                        "-XX:-CreateCoredumpOnCrash",
                        "-Dmodel.packed=" + packedOnly,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Breaking.class.getName(),
                        rule.name(),
                        Long.toString(Long.getLong("model.seed", 1)))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean noticed = process.waitFor() == NOTICED || printed.contains("SIGSEGV");

        assertThat(noticed)
                .as("the model notices on %d seeds that the rule %s is broken; it printed:%n%s", SEEDS, rule, printed)
                .isTrue();
        System.out.println(printed.lines().limit(5).toList());
    }

    /** Main class of the JVM that breaks a rule. */
    static final class Breaking {
        private Breaking() {}

        public static void main(String[] arguments) throws Exception {
            BrokenRule rule = BrokenRule.valueOf(arguments[0]);
            long first = Long.parseLong(arguments[1]);
            LongConsumer broken = run(rule.core());
            LongConsumer unbroken = run(new PatchedCore());
            for (long seed = first; seed < first + SEEDS; seed++) {
                unbroken.accept(seed);
                try {
                    broken.accept(seed);
                } catch (AssertionError e) {
                    System.out.printf("Model: noticed on seed %d that %s is broken: %s%n", seed, rule, e.getMessage());
                    System.exit(NOTICED);
                }
            }
        }

        private static LongConsumer run(PatchedCore core) throws ReflectiveOperationException {
            return (LongConsumer) core.make(OneSeed.class);
        }
    }

    /** A run of the model by seed, as an object that can be loaded with a patched copy of core. */
    static final class OneSeed implements LongConsumer {
        @Override
        public void accept(long seed) {
            ModelRun.of(seed);
        }
    }
}
