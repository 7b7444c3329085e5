package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import org.junit.jupiter.api.Test;

/**
 * After a sudden end, too, a region of the log whose other groups are lost is not mistaken for a torn one with only its
 * first checkpoint: whichever block of it is gone in both copies, its superblock included, the store does not fall back
 * to the region before.
 */
class LostCheckpointTest {
    private static final long SEED = 23;
    private static final int BLOCK = 4096;
    private static final int PAIR = 2 * BLOCK;
    /** A region has seven blocks. */
    private static final int MOST_PIECES = 12;

    private final SimulatedMedium medium = Store.newMedium();

    @Test
    void eachBlockOfARegionWithoutAnyOtherGroupIsAnError() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(new Oracle(), SEED).run(store, 15);
        }
        openAndKill();
        int zone = Store.zoneOfNewestRegion(medium);
        long start = (long) zone * Store.ZONE_BYTES;
        // The last pair only says that the pairs before it were durable.
        long end = start + medium.writtenBytes(zone) - PAIR;
        assertThat(end).as("end of the checkpoint").isGreaterThan(start + PAIR);
        for (long at = start; at < end; at += PAIR) {
            SimulatedMedium spoiled = medium.copy();
            spoiled.overwrite(at, new byte[BLOCK]);
            spoiled.overwrite(at + BLOCK, new byte[BLOCK]);
            assertThatThrownBy(() -> Store.open(spoiled, SimulatedFaults.NONE, SEED))
                    .as("without the pair at offset %d of the zone", at - start)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aRegionThatThePowerCutShortIsPassedOver() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(new Oracle(), SEED).run(store, 15);
        }
        SimulatedMedium before = medium.copy();
        openAndKill();
        int zone = Store.zoneOfNewestRegion(medium);
        // All pairs of the region but the last one of the checkpoint are on the medium.
        long torn = medium.writtenBytes(zone) - 2 * PAIR;
        SimulatedDevice device = new SimulatedDevice(before, SimulatedFaults.NONE, SEED);
        device.resetZone(zone);
        for (long at = 0; at < torn; at += BLOCK) {
            device.write(
                    (long) zone * Store.ZONE_BYTES + at,
                    java.lang.foreign.MemorySegment.ofArray(medium.contents((long) zone * Store.ZONE_BYTES + at)));
        }
        device.flush();
        device.close();
        try (Store store = Store.open(before, SimulatedFaults.NONE, SEED)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
            assertThat(store.tier.recovery().log().closedInOrder()).isTrue();
        }
    }

    /** Leaves a region behind that has the checkpoint of this opening, and no other group. */
    private void openAndKill() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            // The checkpoint is written beside the work, a piece after each answer.
            for (int i = 0; i < MOST_PIECES; i++) {
                store.allocator.sync().join();
            }
            store.device.end(SimulatedFault.KILL);
        } catch (RuntimeException e) {
            // Closing the store reports that the device has ended.
            assertThat(e).hasMessageMatching("(?s).*(killed|closed).*");
        }
    }
}
