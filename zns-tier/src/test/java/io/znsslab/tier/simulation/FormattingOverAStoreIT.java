package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import io.znsslab.tier.format.Mutations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A device with a store is formatted anew, by force: at each moment the whole old store is there, or the new one, and
 * the old store never returns.
 */
@ExtendWith(SilentTier.class)
class FormattingOverAStoreIT {
    private static final int SEEDS = Integer.getInteger("cuts.formatting", 12);
    private static final int BLOCK = 4096;
    private static final int FORMATTED_AT_OFFSET = 88;
    private static final long IN_FIFTY_YEARS = 3_400_000_000L;

    /** A device that the old store fills: no zone is empty when formatting is cut short. */
    private final SimulatedMedium medium = Store.newMedium();

    private final Oracle oracle = new Oracle();
    private String oldStore;

    /** Writes several regions, some of which freed and discarded objects of earlier regions. */
    private void storeSomething(boolean inOrder) {
        for (int opening = 0; opening < 3; opening++) {
            try (Store store = Store.open(medium, SimulatedFaults.NONE, opening)) {
                oldStore = store.tier.deviceUuid();
                new Workload(oracle, opening).run(store, 25);
                store.allocator.sync().join();
                Oracle.synced(oracle.deadNow());
                if (!inOrder && opening == 2) {
                    store.device.end(SimulatedFault.KILL);
                }
            } catch (ZnsSlabException e) {
                assertThat(inOrder).isFalse();
            }
        }
    }

    @Test
    void aPowerCutAtAnyStepLeavesTheOldStoreWholeOrTheNewOne() {
        storeSomething(true);
        cutAtEachStep();
    }

    @Test
    void theSameWhereTheOldStoreWasKilled() {
        storeSomething(false);
        cutAtEachStep();
    }

    private void cutAtEachStep() {
        AtomicLong operations = new AtomicLong();
        Store.formatAnew(new SimulatedDevice(medium.copy(), SimulatedFaults.counting(operations), 1))
                .close();
        assertThat(operations.get()).isBetween(10L, 200L);
        int oldOnes = 0;
        int newOnes = 0;
        for (long index = 0; index < operations.get(); index++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                try {
                    if (cutAndOpenAgain(index, seed)) {
                        newOnes++;
                    } else {
                        oldOnes++;
                    }
                } catch (ZnsSlabException e) {
                    throw new AssertionError("cut at %d, seed %d: %s".formatted(index, seed, e.getMessage()), e);
                }
            }
        }
        assertThat(oldOnes).isPositive();
        assertThat(newOnes).isPositive();
    }

    /** Whether the new store is there. */
    private boolean cutAndOpenAgain(long index, int seed) {
        SimulatedMedium cut = medium.copy();
        SimulatedFaults faults = SimulatedFaults.at(SimulatedFault.POWER_CUT, index);
        try (Store store = Store.formatAnew(new SimulatedDevice(cut, faults, seed))) {
            assertThat(store.tier.recovery().losses()).isEmpty();
        } catch (ZnsSlabException e) {
            // The store reports the end of the device where it can.
        }
        boolean isNew;
        try (Store store = Store.open(cut, SimulatedFaults.NONE, seed)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
            isNew = !store.tier.deviceUuid().equals(oldStore);
            if (isNew) {
                new Workload(new Oracle(), seed).run(store, 2);
            } else {
                oracle.requireAfterCrash(store.allocator);
            }
        }
        try (Store store = Store.open(cut, SimulatedFaults.NONE, seed)) {
            assertThat(store.tier.deviceUuid().equals(oldStore)).isEqualTo(!isNew);
        }
        return isNew;
    }

    @Test
    void aFormerStoreWhoseZoneFailedNeverAnswersAlsoIfAClockWasAheadThen() {
        storeSomething(true);
        int zone = Store.zoneOfNewestRegion(medium);
        long start = (long) zone * Store.ZONE_BYTES;
        for (long at = start; at <= start + BLOCK; at += BLOCK) {
            ByteBuffer superblock = ByteBuffer.wrap(medium.contents(at)).order(ByteOrder.LITTLE_ENDIAN);
            superblock.putLong(FORMATTED_AT_OFFSET, IN_FIFTY_YEARS);
            assertThat(Mutations.reseal(superblock, 0)).isTrue();
            medium.overwrite(at, superblock.array());
        }
        SimulatedFaults faults = (operation, failing) ->
                operation == SimulatedOperation.RESET && failing == zone ? SimulatedFault.ZONE_READ_ONLY : null;
        String newStore;
        try (Store store = Store.formatAnew(new SimulatedDevice(medium, faults, 1))) {
            newStore = store.tier.deviceUuid();
        }
        for (int opening = 0; opening < 3; opening++) {
            try (Store store = Store.open(medium, SimulatedFaults.NONE, opening)) {
                assertThat(store.tier.deviceUuid()).isEqualTo(newStore).isNotEqualTo(oldStore);
                assertThat(store.tier.recovery().losses()).isEmpty();
            }
        }
    }
}
