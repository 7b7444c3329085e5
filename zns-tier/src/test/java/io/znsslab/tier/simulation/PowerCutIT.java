package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the power at every index of all operations that a workload performs on the device, from the formatting on. At
 * some of them the process is killed, or first one and then the other; and after some of these the reopening and
 * closing that follow are cut too, again at every index. Each time acknowledged data is there, no epoch is half there
 * or without the time at which it expires, and the store goes on.
 *
 * <p>{@code -Dcuts.seeds=} is the number of workloads, {@code -Dseed=} the first one, {@code -Dcut=} tries a single
 * index, and {@code -Dcuts.kills=1} and {@code -Dcuts.nested=1} try all instead of some. The seed determines the
 * workload and the order of completions, but not the order of the store's threads, so a failure that depends on them
 * may take several runs to come back.
 */
@ExtendWith(SilentTier.class)
@Timeout(value = 12, unit = TimeUnit.HOURS)
class PowerCutIT {
    private static final int STEPS = 50;
    private static final int STEPS_AFTERWARDS = 15;
    private static final long SEED = Long.getLong("seed", 1);
    private static final int SEEDS = Integer.getInteger("cuts.seeds", 2);
    /** The reopening is cut as well after each that many cuts. */
    private static final int NESTED_STEP = Integer.getInteger("cuts.nested", 5);

    /** Distance of the indices at which processes are killed. */
    private static final int KILL_STEP = Integer.getInteger("cuts.kills", 3);

    private static final long ONLY_CUT = Long.getLong("cut", -1);

    private long cuts;
    private long nestedCuts;
    private long reopenings;
    private long found;
    private long expiring;

    /** The kinds of end. */
    enum End {
        KILL(SimulatedFault.KILL, false),
        POWER_CUT(SimulatedFault.POWER_CUT, false),
        KILL_THEN_POWER_CUT(SimulatedFault.KILL, true);

        final SimulatedFault fault;
        private final boolean powerFollows;

        End(SimulatedFault fault, boolean powerFollows) {
            this.fault = fault;
            this.powerFollows = powerFollows;
        }

        void follow(SimulatedMedium medium, long seed) {
            if (powerFollows) {
                medium.cutPower(seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void acknowledgedDataIsThereWheneverTheEndComes(End end) {
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            long cut = ONLY_CUT >= 0 ? ONLY_CUT : end == End.POWER_CUT ? 0 : seed % KILL_STEP;
            boolean more = true;
            while (more) {
                try {
                    more = run(seed, cut, end) && ONLY_CUT < 0;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            "%s: replay with -Dseed=%d -Dcut=%d: %s".formatted(end, seed, cut, e.getMessage()), e);
                }
                cut += end == End.POWER_CUT ? 1 : KILL_STEP;
            }
        }
        System.out.printf(
                "%s: %d seeds, %d cuts, %d cuts of the reopening after one, %d reopenings, %d acknowledged objects"
                        + " found, 0 lost, %d epochs with their expiry%n",
                end, SEEDS, cuts, nestedCuts, reopenings, found, expiring);
        assertThat(found).isPositive();
        assertThat(expiring).isPositive();
    }

    /** Returns whether the end came: behind the workload's last index it does not. */
    private boolean run(long seed, long cut, End end) {
        SimulatedMedium medium = seed % 2 == 0 ? Store.newMediumOfFewActiveZones() : Store.newMedium();
        Oracle oracle = new Oracle();
        if (!use(medium, SimulatedFaults.at(end.fault, cut), oracle, seed)) {
            return false;
        }
        cuts++;
        end.follow(medium, seed + cut);
        if (cut % NESTED_STEP == seed % NESTED_STEP || cut == ONLY_CUT) {
            cutTheReopening(medium, oracle, seed, end);
        }
        try (Store store = reopen(medium, seed)) {
            found += oracle.checkAfterCrash(store.allocator);
            oracle.roots.checkAfterCrash(store.allocator);
            expiring += oracle.expiries.checkAfterCrash(store.allocator);
            Workload after = new Workload(oracle, seed + cut).withRoots().withExpiries();
            after.run(store, STEPS_AFTERWARDS);
            assertThat(after.errors()).as("errors after reopening").isEmpty();
            oracle.checkInSession(store.allocator, false);
            store.device.end(end.fault);
        } catch (ZnsSlabException e) {
            // Closing the store reports that the device has ended.
            assertThat(e).hasMessageMatching("(?s).*(killed|no power|closed).*");
        }
        end.follow(medium, seed + cut);
        try (Store store = reopen(medium, seed)) {
            found += oracle.checkAfterCrash(store.allocator);
            oracle.roots.checkAfterCrash(store.allocator);
            expiring += oracle.expiries.checkAfterCrash(store.allocator);
            oracle.checkInSession(store.allocator, false);
        }
        return true;
    }

    /** Runs the workload. Returns whether the end came. */
    private static boolean use(SimulatedMedium medium, SimulatedFaults faults, Oracle oracle, long seed) {
        Store opened;
        try {
            opened = Store.open(medium, faults, seed);
        } catch (ZnsSlabException e) {
            return true;
        }
        try (Store store = opened) {
            Workload workload = new Workload(oracle, seed).withRoots().withExpiries();
            workload.run(store, STEPS);
            if (!store.device.hasEnded()) {
                assertThat(workload.errors()).isEmpty();
            }
        } catch (ZnsSlabException e) {
            // Closes the store here, since the end may come only then.
            assertThat(opened.device.hasEnded()).as(e.getMessage()).isTrue();
        }
        return opened.device.hasEnded();
    }

    /** Cuts a copy of the medium at each index of reopening and closing. */
    private void cutTheReopening(SimulatedMedium medium, Oracle oracle, long seed, End end) {
        boolean more = true;
        for (long cut = 0; more; cut++) {
            SimulatedMedium copy = medium.copy();
            try {
                more = cutTheReopeningAt(copy, cut, seed, end);
                end.follow(copy, seed + cut);
                try (Store store = reopen(copy, seed)) {
                    found += oracle.requireAfterCrash(store.allocator);
                    oracle.roots.requireAfterCrash(store.allocator);
                    expiring += oracle.expiries.requireAfterCrash(store.allocator);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("after a cut at " + cut + " of the reopening: " + e.getMessage(), e);
            }
            nestedCuts += more ? 1 : 0;
        }
    }

    private static boolean cutTheReopeningAt(SimulatedMedium medium, long cut, long seed, End end) {
        Store opened;
        try {
            opened = Store.open(medium, SimulatedFaults.at(end.fault, cut), seed);
        } catch (ZnsSlabException e) {
            return true;
        }
        try {
            opened.close();
        } catch (ZnsSlabException e) {
            assertThat(opened.device.hasEnded()).as(e.getMessage()).isTrue();
        }
        return opened.device.hasEnded();
    }

    private Store reopen(SimulatedMedium medium, long seed) {
        reopenings++;
        Store store = Store.open(medium, SimulatedFaults.NONE, seed);
        assertThat(store.tier.recovery().losses()).isEmpty();
        return store;
    }
}
