package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store whose process is killed, or whose power fails, at an operation that changes the device, again and again on
 * one medium, also while it recovers. Acknowledged data is there, objects that were dead before an acknowledged sync
 * stay dead, no handle is issued twice, and an object that was found once stays so. {@code -Dcut.step=1} tries every
 * index.
 */
@ExtendWith(SilentTier.class)
@Timeout(300)
class SuddenEndIT {
    private static final long SEED = Long.getLong("seed", 11);
    private static final int STEP = Integer.getInteger("cut.step", 7);
    private static final int LIVES = 5;

    @ParameterizedTest
    @EnumSource(names = {"KILL", "POWER_CUT"})
    void acknowledgedDataSurvivesAnEndAtAnyTime(SimulatedFault end) {
        long changes = changesOfALife();
        int runs = 0;
        long found = 0;
        for (long cut = 0; cut < changes; cut += STEP) {
            long index = cut;
            try {
                found += livesEndingAt(end, index);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "%s at change %d, -Dseed=%d: %s".formatted(end, index, SEED, e.getMessage()), e);
            }
            runs++;
        }
        System.out.printf(
                "%s: %d places of %d changes, %d lives each, %d acknowledged objects found again%n",
                end, runs, changes, LIVES, found);
        assertThat(found).isPositive();
    }

    private static long changesOfALife() {
        AtomicLong changes = new AtomicLong();
        SimulatedFaults counting = (operation, zone) -> {
            if (operation.changesDevice()) {
                changes.incrementAndGet();
            }
            return null;
        };
        try (Store store = Store.open(Store.newMedium(), counting, SEED)) {
            live(store, new Oracle(), SEED);
        }
        return changes.get();
    }

    /**
     * Each life ends at that index, or a few later, so that recovery is interrupted too. Returns the number of
     * acknowledged objects that were found.
     */
    private static long livesEndingAt(SimulatedFault end, long index) {
        SimulatedMedium medium = Store.newMedium();
        Oracle oracle = new Oracle();
        long found = 0;
        for (int life = 0; life < LIVES; life++) {
            // The second and fourth life end early: while the store is being opened.
            long at = life % 2 == 1 ? index % 9 : index;
            AtomicLong changes = new AtomicLong();
            SimulatedFaults faults =
                    (operation, zone) -> operation.changesDevice() && changes.getAndIncrement() == at ? end : null;
            Store store;
            try {
                store = Store.open(medium, faults, SEED + life);
            } catch (ZnsSlabException e) {
                continue;
            }
            try (store) {
                if (life > 0 && !store.device.hasEnded()) {
                    found += checkUnlessItEnds(store, oracle);
                }
                live(store, oracle, SEED + life);
            }
        }
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            found += oracle.checkAfterCrash(store.allocator);
            assertThat(store.tier.recovery().losses()).isEmpty();
            store.allocator.checkInvariants();
        }
        return found;
    }

    /** Checks the store. The end may come during the check, by the store's own background work. */
    private static long checkUnlessItEnds(Store store, Oracle oracle) {
        try {
            return oracle.checkAfterCrash(store.allocator);
        } catch (AssertionError e) {
            if (store.device.hasEnded()) {
                return 0;
            }
            throw e;
        }
    }

    private static void live(Store store, Oracle oracle, long seed) {
        Workload workload = new Workload(oracle, seed);
        for (int part = 0; part < 4 && !store.device.hasEnded(); part++) {
            workload.run(store, 12);
            List<Oracle.Known> dead = new ArrayList<>(oracle.deadNow());
            try {
                store.allocator.sync().join();
                Oracle.synced(dead);
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(ZnsSlabException.class);
            }
        }
    }
}
