package io.znsslab.tier.demote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorbellTest {
    private final AtomicInteger timesWoken = new AtomicInteger();
    private final Doorbell bell = new Doorbell(timesWoken::incrementAndGet);

    /** Each step of the writing thread is one atomic operation, so these are all the moments at which another thread's closing can fall. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aClosingIsNeverMissedWheneverItFalls(int moment) {
        bell.ring();
        if (moment == 0) {
            bell.close();
        }
        boolean seen = bell.beginLook();
        if (moment == 1) {
            bell.close();
        }
        boolean asleep = bell.lieDown();
        if (moment == 2) {
            bell.close();
        }
        assertThat(seen).isEqualTo(moment == 0);
        assertThat(asleep).isEqualTo(moment != 1);
        assertThat(timesWoken).hasValue(moment == 2 ? 1 : 0);
        bell.standUp();
        assertThat(bell.beginLook()).isTrue();
    }

    @Test
    void whatIsRungDuringALookKeepsTheThreadUp() {
        bell.beginLook();
        bell.ring();
        assertThat(bell.lieDown()).isFalse();
        assertThat(bell.beginLook()).isFalse();
        assertThat(bell.lieDown()).isTrue();
    }

    @Test
    void onlyAThreadThatSleepsIsWoken() {
        bell.ring();
        assertThat(timesWoken).hasValue(0);
        bell.beginLook();
        bell.lieDown();
        bell.ring();
        assertThat(timesWoken).hasValue(1);
        bell.standUp();
        bell.ring();
        assertThat(timesWoken).hasValue(1);
    }

    @Test
    void itStaysClosed() {
        assertThat(bell.isClosed()).isFalse();
        bell.close();
        bell.beginLook();
        assertThat(bell.isClosed()).isTrue();
        assertThat(bell.beginLook()).isTrue();
    }
}
