package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import io.znsslab.tier.device.ZoneCondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A zone that failed and was given up is in the log with the next group, not only in the next checkpoint: after an end
 * without warning the store still knows that the zone's content does not count.
 */
@ExtendWith(SilentTier.class)
@Timeout(300)
class FailedZoneIsLoggedIT {
    private static final long SEED = Long.getLong("seed", 21);
    private static final int STEPS = 80;

    @Test
    void theContentOfAnOfflineZoneIsKnownAfterASuddenEnd() {
        int tried = 0;
        for (int index = 0; index < 60; index++) {
            SimulatedMedium medium = Store.newMedium();
            if (!use(medium, SimulatedFaults.once(SimulatedFault.ZONE_OFFLINE, SimulatedOperation.WRITE, index))) {
                continue;
            }
            tried++;
            try (Store store =
                    Store.open(new SimulatedDevice(medium, SimulatedFaults.NONE, SEED), ErrorPolicy.CONTINUE)) {
                assertThat(store.tier.recovery().losses())
                        .as("a zone went offline at write %d, -Dseed=%d", index, SEED)
                        .noneMatch(loss -> loss.reason().contains("not known"));
            }
        }
        assertThat(tried).isPositive();
    }

    /** Whether a zone has failed that holds no needed content and that the store has not given up yet. */
    private static boolean isToBeGivenUp(Store store) {
        return store.tier.zoneMap().zones().stream()
                .anyMatch(zone -> zone.descriptor().condition() == ZoneCondition.OFFLINE
                        && zone.liveSlabs() == 0
                        && zone.use() != ZoneUse.UNUSABLE);
    }

    /** Works, makes data durable, and is killed. Returns whether all of that could be done. */
    private static boolean use(SimulatedMedium medium, SimulatedFaults faults) {
        try (Store store = Store.open(medium, faults, SEED)) {
            new Workload(new Oracle(), SEED).run(store, STEPS);
            while (isToBeGivenUp(store)) {
                // The time limit of a test interrupts it in the same way.
                assertThat(Thread.interrupted()).as("interrupted").isFalse();
                Thread.onSpinWait();
            }
            store.allocator.sync().join();
            store.device.end(SimulatedFault.KILL);
            return true;
        } catch (RuntimeException e) {
            return e.getMessage() != null && e.getMessage().contains("killed");
        }
    }
}
