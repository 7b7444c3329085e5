package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** In a store that was closed in an orderly way the loss of any block of the log is noticed, the last one included. */
class LostGroupTest {
    private static final long SEED = 9;
    private static final int BLOCK = 4096;
    private static final int LENGTH_OFFSET = 8;
    private static final int RECORDS_OFFSET = 64;

    @Test
    void eachBlockThatIsGoneInBothCopiesIsAnError() {
        SimulatedMedium medium = Store.newMedium();
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(new Oracle(), SEED).run(store, 10);
        }
        int zone = Store.zoneOfNewestRegion(medium);
        long start = (long) zone * Store.ZONE_BYTES;
        int lost = 0;
        for (long at = start + 2 * BLOCK; at < start + medium.writtenBytes(zone); at += 2 * BLOCK) {
            if (block(medium, at).getInt(LENGTH_OFFSET) == RECORDS_OFFSET) {
                // That block has no content.
                continue;
            }
            SimulatedMedium spoiled = medium.copy();
            spoiled.overwrite(at, new byte[BLOCK]);
            spoiled.overwrite(at + BLOCK, new byte[BLOCK]);
            assertThatThrownBy(() -> Store.open(spoiled, SimulatedFaults.NONE, SEED))
                    .as("without the block at offset %d of the zone", at - start)
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("damaged");
            lost++;
        }
        assertThat(lost).isPositive();
    }

    private static ByteBuffer block(SimulatedMedium medium, long offset) {
        return ByteBuffer.wrap(medium.contents(offset)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
