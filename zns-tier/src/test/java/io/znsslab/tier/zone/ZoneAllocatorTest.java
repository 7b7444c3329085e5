package io.znsslab.tier.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import io.znsslab.tier.device.ZoneCondition;
import java.lang.foreign.Arena;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resets of zones, and the notifications of them. */
@Timeout(60)
class ZoneAllocatorTest {
    private static final int ZONES = 4;

    private SimulatedDevice device;
    private ZoneTable table;
    private ZoneAllocator zones;

    private void open(SimulatedFaults faults, int tokens) {
        device = new SimulatedDevice(new SimulatedMedium(FileGeometry.of(64 << 10, ZONES)), faults, 1);
        table = new ZoneTable(device.geometry(), device.report());
        zones = new ZoneAllocator(device, table, 1, tokens, 1, 0);
    }

    @AfterEach
    void closeDevice() {
        device.close();
    }

    /**
     * The last slab of an open zone dies while the zone's owner puts more into it and seals it: the thread that saw no
     * live slab must not take that for the zone's end. The steps of the two threads, one by one.
     */
    @Test
    void aZoneThatWasEmptyForAMomentIsNotResetWithWhatCameLater() {
        open(SimulatedFaults.NONE, ZONES);
        zones.addFree(0);
        int zone = zones.open(false);
        zones.addLive(zone, 1);
        assertThat(table.addLive(zone, -1)).as("as removeLive does first").isZero();
        zones.addLive(zone, 10);
        assertThat(zones.sealed(zone)).isFalse();

        assertThat(zones.condemn(zone)).as("as removeLive does then").isFalse();

        assertThat(table.use(zone)).isEqualTo(ZoneUse.SEALED);
        assertThat(zones.removeLive(zone, 9)).isFalse();
        assertThat(zones.removeLive(zone, 1)).isTrue();
        assertThat(table.use(zone)).isEqualTo(ZoneUse.RESETTING);
        assertThat(zones.condemn(zone)).as("a second time").isFalse();
    }

    /** A demotion that found no zone waits for a reset; if the reset fails, it gets a notification too. */
    @Test
    void aWaiterForAResetHearsThatItFailed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        Semaphore notified = new Semaphore(0);
        open(SimulatedFaults.NONE, ZONES);
        zones.addFree(0);
        int zone = zones.open(false);
        zones.beforeReset(() -> {
            asked.countDown();
            try {
                return !refused.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (ZoneReclaimer reclaimer = new ZoneReclaimer(zones)) {
            zones.sealed(zone);
            reclaimer.signal();
            asked.await();
            assertThat(zones.hasDeadZones())
                    .as("the reset that a demotion waits for")
                    .isTrue();
            zones.onFree(notified::release);

            refused.countDown();

            assertThat(notified.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(zones.hasDeadZones()).isFalse();
            assertThat(zones.resets()).isZero();
        }
    }

    /**
     * A zone that could not be finished is tried again, but not once it was reset: the device would then count an empty
     * zone as full.
     */
    @Test
    void aZoneIsNotFinishedAfterItWasReset() {
        int zone = 0;
        AtomicInteger finishes = new AtomicInteger();
        SimulatedFaults faults = (operation, _) -> {
            if (operation != SimulatedOperation.FINISH) {
                return null;
            }
            if (finishes.getAndIncrement() == 0) {
                return SimulatedFault.EIO;
            }
            // The zone dies while it is being finished, and another thread would reset it at once.
            zones.removeLive(zone, 1);
            zones.resetDeadZones();
            return null;
        };
        open(faults, 1);
        zones.addFree(zone);
        assertThat(zones.open(false)).isEqualTo(zone);
        zones.addLive(zone, 1);
        device.write(0, Arena.global().allocate(4096, 4096));
        zones.abandoned(zone);
        assertThat(zones.strandedZones()).isEqualTo(1);

        zones.open(false);

        assertThat(finishes).hasValue(2);
        assertThat(zones.strandedZones()).isZero();
        zones.resetDeadZones();
        assertThat(table.use(zone)).isIn(ZoneUse.FREE, ZoneUse.OPEN);
        assertThat(device.report(zone).condition()).isEqualTo(ZoneCondition.EMPTY);
    }
}
