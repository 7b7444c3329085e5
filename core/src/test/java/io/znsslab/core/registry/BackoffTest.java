package io.znsslab.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final int PAUSES = 200;

    private static long nanosOfPauses() {
        long begin = System.nanoTime();
        for (int i = 0; i < PAUSES; i++) {
            Backoff.pause(1_000_000);
        }
        return System.nanoTime() - begin;
    }

    @Test
    void anInterruptedThreadSleepsAsAnyOtherAndStaysInterrupted() {
        assertThat(nanosOfPauses()).isGreaterThan(PAUSES * 10_000L);
        Thread.currentThread().interrupt();
        long nanos = nanosOfPauses();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(nanos).isGreaterThan(PAUSES * 10_000L);
    }

    @Test
    void theFirstPausesAreSpins() {
        Thread.currentThread().interrupt();
        Backoff.pause(0);
        assertThat(Thread.interrupted()).isTrue();
    }
}
