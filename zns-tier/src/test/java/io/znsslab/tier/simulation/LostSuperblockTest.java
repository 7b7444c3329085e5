package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import org.junit.jupiter.api.Test;

/**
 * The log's newest region has lost both copies of its zone's superblock: the store must not take the region before it
 * for the newest.
 */
class LostSuperblockTest {
    private static final long SEED = 5;
    private static final int BLOCK = 4096;

    private final SimulatedMedium medium = Store.newMedium();
    private final Oracle oracle = new Oracle();

    /** The store has acknowledged changes that only its last region records. */
    private void fillAndSpoil() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(oracle, SEED).run(store, 20);
        }
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            assertThat(oracle.checkAfterCrash(store.allocator)).isPositive();
            runUntilTheZoneIsReported(store);
            store.device.end(SimulatedFault.KILL);
        } catch (RuntimeException e) {
            // Closing the store reports that the device has ended.
            assertThat(e).hasMessageMatching("(?s).*(killed|closed).*");
        }
        long offset = (long) Store.zoneOfNewestRegion(medium) * Store.ZONE_BYTES;
        medium.overwrite(offset, new byte[BLOCK]);
        medium.overwrite(offset + BLOCK, new byte[BLOCK]);
    }

    /**
     * Three groups in one zone, each made after the previous one was acknowledged: otherwise the number of groups in a
     * region would depend on the threads of the store.
     */
    private void runUntilTheZoneIsReported(Store store) {
        int zone = -1;
        long written = 0;
        int groups = 0;
        for (int i = 1; groups < 3; i++) {
            assertThat(i).as("attempts").isLessThan(200);
            new Workload(oracle, SEED + i).run(store, 3);
            int newest = Store.zoneOfNewestRegion(medium);
            if (newest != zone) {
                groups = 0;
            } else if (medium.writtenBytes(zone) > written) {
                groups++;
            }
            zone = newest;
            written = medium.writtenBytes(zone);
        }
    }

    @Test
    void itIsAnError() {
        fillAndSpoil();
        assertThatThrownBy(() -> Store.open(medium, SimulatedFaults.NONE, SEED))
                .isInstanceOf(DeviceException.class)
                .hasMessageMatching("(?s).*(both copies of the superblock of a zone of the log are damaged"
                        + "|zone 0 of region \\d+ of the log is missing).*");
    }

    @Test
    void goingOnWithoutDamagedPartsIsReported() {
        fillAndSpoil();
        try (Store store = Store.open(new SimulatedDevice(medium, SimulatedFaults.NONE, SEED), ErrorPolicy.CONTINUE)) {
            assertThat(store.tier.recovery().losses())
                    .anySatisfy(loss -> assertThat(loss.reason()).contains("superblock"));
        }
    }
}
