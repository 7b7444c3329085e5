package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One workload after the other on simulated devices, each with a fault or an end at some index, for long runs. Used by
 * one thread.
 */
public final class FaultyRun {
    /** Held, since the log manager forgets loggers without a reference, and their levels with them. */
    private static final Logger QUIET = Logger.getLogger("io.znsslab.tier");

    private static final int STEPS = 60;
    private static final int MOST_INDEX = 150;
    private static final SimulatedFault[] FAULTS = {
        SimulatedFault.EIO,
        SimulatedFault.ENOSPC,
        SimulatedFault.EAGAIN,
        SimulatedFault.SHORT,
        SimulatedFault.TIMEOUT,
        SimulatedFault.KILL,
        SimulatedFault.POWER_CUT
    };

    private final SplittableRandom random;
    private long steps;
    private long faults;
    private long ends;
    private long reopenings;
    private long found;

    public FaultyRun(long seed) {
        random = new SplittableRandom(seed);
        QUIET.setLevel(Level.OFF);
    }

    /** Runs a workload up to its fault, and opens the store again. */
    public void runOne() {
        long seed = random.nextLong();
        SimulatedFault fault = FAULTS[random.nextInt(FAULTS.length)];
        int index = random.nextInt(MOST_INDEX);
        try {
            run(seed, fault, index);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("%s at %d, seed %d: %s".formatted(fault, index, seed, e.getMessage()), e);
        }
    }

    private void run(long seed, SimulatedFault fault, int index) {
        SimulatedMedium medium = Store.newMedium();
        Oracle oracle = new Oracle();
        boolean ends = fault == SimulatedFault.KILL || fault == SimulatedFault.POWER_CUT;
        AtomicBoolean passed = new AtomicBoolean();
        SimulatedFaults planned = SimulatedFaults.at(fault, index);
        SimulatedFaults faults = (operation, zone) -> passed.get() ? null : planned.faultOf(operation, zone);
        try (Store store = Store.open(medium, faults, seed)) {
            Workload workload = new Workload(oracle, seed);
            workload.run(store, STEPS);
            steps += STEPS;
            passed.set(!ends);
            if (!ends) {
                oracle.checkInSession(store.allocator, false);
            }
        } catch (ZnsSlabException e) {
            // A fault during opening or closing is reported; the check now shows its cost.
        }
        this.faults += ends ? 0 : 1;
        this.ends += ends ? 1 : 0;
        reopenings++;
        try (Store store = Store.open(medium, SimulatedFaults.NONE, seed)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
            found += oracle.checkAfterCrash(store.allocator);
        }
    }

    public long steps() {
        return steps;
    }

    public long faults() {
        return faults;
    }

    public long ends() {
        return ends;
    }

    public long reopenings() {
        return reopenings;
    }

    public long found() {
        return found;
    }
}
