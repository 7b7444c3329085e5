package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** In a kernel that has null_blk the engine needs no guest: it runs the tests in its own JVM. */
@ZonedKernelTest
class ZonedKernelEngineDeviceIT {
    @Test
    void aKernelThatHasNullBlkRunsTheTestsItself() {
        EngineRun run = EngineRun.of(Fixtures.Mixed.class);

        assertThat(ZonedKernelRun.forClasses(List.of(Fixtures.Mixed.class))).isNotInstanceOf(MicroVmRun.class);
        assertThat(run.reports())
                .containsSubsequence("started passes()", "SUCCESSFUL passes()", "started fails()", "FAILED fails()")
                .contains("registered [1] 1", "SUCCESSFUL [1] 1", "SUCCESSFUL [2] 2", "SUCCESSFUL passesToo()")
                .doesNotContain("FAILED Fixtures$Mixed");
        assertThat(run.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("as it should"));
    }

    @Test
    void testsThatWantAnNvmeDeviceGoToTheMicroVmAllTheSame() {
        assertThat(ZonedKernelRun.forClasses(List.of(Fixtures.Mixed.class, Fixtures.Dying.class)))
                .isInstanceOf(MicroVmRun.class);
    }
}
