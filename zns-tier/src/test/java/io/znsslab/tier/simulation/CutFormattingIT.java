package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The power fails while an empty device is being formatted: whichever blocks of the first writes are left, the store
 * accepts the device again, and does not take it for a foreign one.
 */
@ExtendWith(SilentTier.class)
class CutFormattingIT {
    private static final int SEEDS = Integer.getInteger("cuts.formatting", 60);

    @Test
    void aDeviceIsNeverLeftLookingForeign() {
        long operations = operationsOfFormatting();
        assertThat(operations).isBetween(3L, 20L);
        for (long index = 0; index < operations; index++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                cutAndOpenAgain(index, seed);
            }
        }
    }

    private static long operationsOfFormatting() {
        AtomicLong operations = new AtomicLong();
        Store.open(Store.newMedium(), SimulatedFaults.counting(operations), 0).close();
        return operations.get();
    }

    private static void cutAndOpenAgain(long index, int seed) {
        SimulatedMedium medium = Store.newMedium();
        try (Store store = Store.open(medium, SimulatedFaults.at(SimulatedFault.POWER_CUT, index), seed)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
        } catch (ZnsSlabException e) {
            // The store reports the end of the device where it can.
        }
        Oracle oracle = new Oracle();
        try (Store store = Store.open(medium, SimulatedFaults.NONE, seed)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
            new Workload(oracle, seed).run(store, 1);
            oracle.checkInSession(store.allocator, false);
        } catch (ZnsSlabException e) {
            throw new AssertionError("cut at %d, seed %d: %s".formatted(index, seed, e.getMessage()), e);
        }
    }
}
