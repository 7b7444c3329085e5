package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test classes for the engine's own tests; their names keep the build from running them. */
final class Fixtures {
    private Fixtures() {}

    /** One test passes, one fails, one makes two invocations as it runs, one is in a nested class. */
    @ZonedKernelTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Mixed {
        @Test
        @Order(1)
        void passes() {
            assertThat(ZonedDevices.nullBlockDriver().names()).isNotNull();
        }

        @Test
        @Order(2)
        void fails() {
            throw new AssertionError("as it should");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Order(3)
        void each(int number) {
            assertThat(number).isPositive();
        }

        @Nested
        class Inner {
            @Test
            void passesToo() {
                assertThat(ZonedDevices.nullBlockDriver()).isNotNull();
            }
        }
    }

    /** The second test ends its JVM. */
    @ZonedKernelTest
    @NvmeZns
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Dying {
        @Test
        @Order(1)
        void livesLongEnough() {
            assertThat(ZonedDevices.nvme(Dying.class)).hasSize(1);
        }

        @Test
        @Order(2)
        void dies() {
            Runtime.getRuntime().halt(7);
        }

        @Test
        @Order(3)
        void neverStarts() {
            throw new AssertionError("it should not have started");
        }
    }

    /** Not annotated for our engine. */
    static class Ordinary {
        @Test
        void passes() {
            assertThat(true).isTrue();
        }
    }
}
