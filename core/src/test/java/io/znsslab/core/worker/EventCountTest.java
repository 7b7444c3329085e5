package io.znsslab.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EventCountTest {
    private final AtomicInteger timesWoken = new AtomicInteger();
    private final EventCount events = new EventCount(timesWoken::incrementAndGet);

    /**
     * Each step of the waiter is one atomic operation, so these are all the moments at which a notification can occur.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aNotificationIsNeverMissedWheneverItFalls(int moment) {
        boolean changed = moment == 0;
        if (changed) {
            events.signal();
        }
        events.prepareWait();
        boolean seen = changed;
        if (moment == 1) {
            events.signal();
        }
        boolean waits = events.beginWait();
        if (moment == 2) {
            events.signal();
        }
        assertThat(seen || !waits || !events.isAsleep()).isTrue();
        assertThat(waits).isEqualTo(moment != 1);
        assertThat(timesWoken).hasValue(moment == 2 ? 1 : 0);
    }

    @Test
    void onlyAWaiterThatSleepsIsWokenAndOnlyOnce() {
        events.signal();
        events.signal();
        assertThat(timesWoken).hasValue(0);
        events.prepareWait();
        events.beginWait();
        events.signal();
        events.signal();
        assertThat(timesWoken).hasValue(1);
        events.prepareWait();
        events.signal();
        assertThat(timesWoken).hasValue(1);
    }

    @Test
    void aNotificationEndsTheSleepOfAParkedWaiter() throws InterruptedException {
        EventCount retained = new EventCount();
        Thread waiter = Thread.ofPlatform().start(() -> {
            retained.prepareWait();
            retained.await(Long.MAX_VALUE);
        });
        while (!retained.isAsleep()) {
            Thread.onSpinWait();
        }
        retained.signal();
        waiter.join();
        assertThat(retained.isAsleep()).isFalse();
    }

    @Test
    void aWaitEndsAfterItsTime() {
        EventCount retained = new EventCount();
        retained.prepareWait();
        long begun = System.nanoTime();
        retained.await(2_000_000);
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(2_000_000);
    }

    @Test
    void anInterruptDoesNotEndTheWait() throws InterruptedException {
        EventCount retained = new EventCount();
        CountDownLatch ended = new CountDownLatch(1);
        Thread waiter = Thread.ofPlatform().start(() -> {
            retained.prepareWait();
            retained.await(Long.MAX_VALUE);
            ended.countDown();
        });
        while (!retained.isAsleep()) {
            Thread.onSpinWait();
        }
        waiter.interrupt();
        while (waiter.isInterrupted()) {
            Thread.onSpinWait();
        }
        assertThat(retained.isAsleep()).isTrue();
        assertThat(ended.getCount()).isEqualTo(1);
        retained.signal();
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        waiter.join();
    }
}
