package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.emulation.EmulationException;
import org.junit.jupiter.api.Test;

class ZonedKernelEngineIT {
    @Test
    void testsThatTheGuestDidNotFinishHaveFailedWithTheReason() {
        EngineRun run = EngineRun.of(Fixtures.Dying.class);

        assertThat(run.reports())
                .containsSubsequence(
                        "SUCCESSFUL livesLongEnough()", "started dies()", "FAILED dies()", "FAILED neverStarts()");
        assertThat(run.failures()).hasSize(2);
        assertThat(run.failures().getFirst())
                .isInstanceOf(EmulationException.class)
                .hasMessageContaining("ended with status 7");
        assertThat(run.failures().getLast()).hasMessage("Did not finish; for the reason see Fixtures$Dying.dies");
    }
}
