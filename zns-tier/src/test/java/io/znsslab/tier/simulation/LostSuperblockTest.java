package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The turn of the log that counts has lost the superblock of its zone, both copies: the one before it must not be taken for the last word. */
class LostSuperblockTest {
    private static final long SEED = 5;
    private static final int BLOCK = 4096;
    private static final int SUPERBLOCK = 0x534C535A;
    private static final int LIFE_OFFSET = 40;

    private final SimulatedMedium medium = Store.newMedium();
    private final Oracle oracle = new Oracle();

    /** The store has acknowledged what only its last turn tells of. */
    private void fillAndSpoil() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(oracle, SEED).run(store, 20);
        }
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            assertThat(oracle.checkAfterCrash(store.allocator)).isPositive();
            new Workload(oracle, SEED + 1).run(store, 20);
            store.device.end(SimulatedFault.KILL);
        } catch (RuntimeException e) {
            // Closing it says that the device has ended.
            assertThat(e).hasMessageMatching("(?s).*(killed|closed).*");
        }
        long newest = -1;
        long offset = -1;
        for (int zone = 0; zone < Store.ZONES; zone++) {
            long start = (long) zone * Store.ZONE_BYTES;
            ByteBuffer block = ByteBuffer.wrap(medium.contents(start)).order(ByteOrder.LITTLE_ENDIAN);
            if (block.getInt(0) == SUPERBLOCK && block.getLong(LIFE_OFFSET) > newest) {
                newest = block.getLong(LIFE_OFFSET);
                offset = start;
            }
        }
        medium.overwrite(offset, new byte[BLOCK]);
        medium.overwrite(offset + BLOCK, new byte[BLOCK]);
    }

    @Test
    void itIsAnError() {
        fillAndSpoil();
        assertThatThrownBy(() -> Store.open(medium, SimulatedFaults.NONE, SEED))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("both copies of the superblock of a zone of the log are damaged");
    }

    @Test
    void whoGoesOnIsToldOfIt() {
        fillAndSpoil();
        try (Store store = Store.open(new SimulatedDevice(medium, SimulatedFaults.NONE, SEED), ErrorPolicy.CONTINUE)) {
            assertThat(store.tier.recovery().losses())
                    .anySatisfy(loss -> assertThat(loss.reason()).contains("superblock"));
        }
    }
}
