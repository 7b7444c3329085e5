package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A power cut may take the end of zones that were full and so did not count against the limit: then more zones are
 * partly written than the device permits.
 */
class LostZoneEndsTest {
    private static final long SEED = 3;
    private static final int STEPS = 100;

    @Test
    void aStoreOpensThoughMoreZonesArePartlyWrittenThanMayBe() {
        SimulatedMedium medium = Store.newMedium();
        Oracle oracle = new Oracle();
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(oracle, SEED).run(store, STEPS);
        }

        medium.loseLastBlocks();
        long partlyWritten;
        try (SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, SEED)) {
            partlyWritten = device.report().stream()
                    .filter(zone -> zone.condition().isActive())
                    .count();
            assertThat(partlyWritten).isGreaterThan(device.geometry().maxActiveZones());
        }

        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            assertThat(store.tier.recovery().losses()).isEqualTo(List.of());
            assertThat(oracle.checkAfterCrash(store.allocator)).isPositive();
            store.allocator.checkInvariants();
        }
    }
}
