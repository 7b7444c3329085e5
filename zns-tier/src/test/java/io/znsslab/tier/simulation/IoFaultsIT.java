package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of fault at each kind of call, once and for ever, at every index ({@code -Dfaults.step=1}) or at a sample
 * of them. Data of the store is neither lost nor changed, every future completes, and once the fault has passed the
 * store works again, or reports with one error that it has closed.
 */
@ExtendWith(SilentTier.class)
@Timeout(300)
class IoFaultsIT {
    private static final int STEPS = 100;
    private static final long SEED = Long.getLong("seed", 7);
    /** Distance of the tried indices. */
    private static final int STEP = Integer.getInteger("faults.step", 23);

    /** The first index differs for each kind of fault and call, so that together they reach more places. */
    private static long firstIndex(SimulatedFault fault, SimulatedOperation operation) {
        return Math.floorMod(fault.name().length() + operation.name().length(), STEP);
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedFault.class,
            names = {"KILL", "POWER_CUT"},
            mode = EnumSource.Mode.EXCLUDE)
    void noFaultCostsMoreThanItMust(SimulatedFault fault) {
        Map<SimulatedOperation, Long> calls = callsOfWorkload();
        int runs = 0;
        for (SimulatedOperation operation : SimulatedOperation.values()) {
            long count = calls.getOrDefault(operation, 0L);
            for (long index = firstIndex(fault, operation); index < count; index += STEP) {
                meet(fault, operation, index, false);
                meet(fault, operation, index, true);
                runs += 2;
            }
        }
        System.out.printf("fault %s: %d runs over %s calls%n", fault, runs, calls);
        assertThat(runs).isPositive();
    }

    /** Zones that can neither be written nor finished keep their tokens until they can. */
    @ParameterizedTest
    @EnumSource(
            value = SimulatedFault.class,
            names = {"EIO", "TIMEOUT", "SHORT"})
    void zonesThatCanNeitherBeWrittenNorFinishedNorResetComeBack(SimulatedFault fault) {
        for (long index = 2; index < 60; index += STEP) {
            AtomicBoolean passed = new AtomicBoolean();
            AtomicLong writes = new AtomicLong();
            long first = index;
            SimulatedFaults faults = (called, zone) -> {
                boolean concerned =
                        called == SimulatedOperation.WRITE ? writes.getAndIncrement() >= first : writes.get() > first;
                return concerned && !passed.get() && called.changesDevice() ? fault : null;
            };
            try {
                run(fault, true, passed, faults);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        fault + " from write " + index + ", -Dseed=" + SEED + ": " + e.getMessage(), e);
            }
        }
    }

    /** The number of calls of each kind in a workload without faults. */
    private static Map<SimulatedOperation, Long> callsOfWorkload() {
        Map<SimulatedOperation, Long> calls = new EnumMap<>(SimulatedOperation.class);
        SimulatedFaults counting = (operation, zone) -> {
            calls.merge(operation, 1L, Long::sum);
            return null;
        };
        Oracle oracle = new Oracle();
        Workload workload = new Workload(oracle, SEED);
        try (Store store = Store.open(Store.newMedium(), counting, SEED)) {
            workload.run(store, STEPS);
            assertThat(workload.errors()).isEmpty();
        }
        assertThat(calls).containsKeys(SimulatedOperation.WRITE, SimulatedOperation.READ, SimulatedOperation.FLUSH);
        return calls;
    }

    private static void meet(SimulatedFault fault, SimulatedOperation operation, long index, boolean forEver) {
        String what =
                "%s at %s %d%s, -Dseed=%d".formatted(fault, operation, index, forEver ? " and for ever" : "", SEED);
        AtomicBoolean passed = new AtomicBoolean();
        AtomicLong struck = new AtomicLong();
        SimulatedFaults planned =
                forEver ? SimulatedFaults.from(fault, operation, index) : SimulatedFaults.once(fault, operation, index);
        SimulatedFaults faults = (called, zone) -> {
            SimulatedFault found = passed.get() ? null : planned.faultOf(called, zone);
            if (found != null) {
                struck.incrementAndGet();
            }
            return found;
        };
        try {
            run(fault, forEver, passed, faults);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + " (struck " + struck + " times): " + e.getMessage(), e);
        }
    }

    private static void run(SimulatedFault fault, boolean forEver, AtomicBoolean passed, SimulatedFaults faults) {
        SimulatedMedium medium = Store.newMedium();
        Oracle oracle = new Oracle();
        SimulatedDevice device = new SimulatedDevice(medium, faults, SEED);
        try (Canceller _ = new Canceller(fault, device)) {
            run(fault, forEver, passed, oracle, device, medium);
        }
    }

    private static void run(
            SimulatedFault fault,
            boolean forEver,
            AtomicBoolean passed,
            Oracle oracle,
            SimulatedDevice device,
            SimulatedMedium medium) {
        boolean zonesGone = fault == SimulatedFault.ZONE_OFFLINE;
        boolean zonesFewer = zonesGone || fault == SimulatedFault.ZONE_READ_ONLY;
        Store opened;
        try {
            opened = Store.open(device);
        } catch (ZnsSlabException e) {
            // The store refused with one error; the medium's content is intact.
            passed.set(true);
            if (!(forEver && zonesFewer)) {
                Store.open(medium, SimulatedFaults.NONE, SEED).close();
            }
            return;
        }
        Workload workload = new Workload(oracle, SEED);
        try (Store store = opened) {
            workload.run(store, STEPS);
            // The fault may still be waiting for this very check.
            oracle.checkInSession(store.allocator, true);
            passed.set(true);
            oracle.checkInSession(store.allocator, zonesGone);
            usableAgain(store, oracle, fault, zonesGone);
        }
    }

    private static void usableAgain(Store store, Oracle oracle, SimulatedFault fault, boolean zonesGone) {
        Workload after = new Workload(oracle, SEED + 1);
        after.run(store, STEPS / 2);
        boolean zonesFewer = fault == SimulatedFault.ZONE_READ_ONLY || zonesGone;
        if (zonesFewer) {
            assertThat(after.errors()).allSatisfy(IoFaultsIT::comesFromAZoneThatFailed);
        } else {
            assertThat(after.errors()).as("errors after the fault has passed").isEmpty();
        }
        oracle.checkInSession(store.allocator, zonesGone);
    }

    /**
     * A failed zone does not recover: each operation on it gets an error. A demotion whose last slabs another demotion
     * had claimed, which failed meanwhile, is told only that.
     */
    private static void comesFromAZoneThatFailed(ZnsSlabException error) {
        if (error instanceof DeviceException e) {
            assertThat(e.problem()).isEqualTo(DeviceException.Problem.ZONE_FAULT);
        } else {
            assertThat(error).hasMessageContaining("failed meanwhile and left slabs in DRAM: demote it again");
        }
    }

    /** Makes stuck requests fail after a while, as the kernel does. */
    private static final class Canceller implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread;

        Canceller(SimulatedFault fault, SimulatedDevice device) {
            boolean needed = fault == SimulatedFault.STUCK;
            thread = Thread.ofPlatform().daemon().unstarted(() -> {
                while (!over.get()) {
                    device.cancelStuck();
                    LockSupport.parkNanos(500_000);
                }
            });
            if (needed) {
                thread.start();
            }
        }

        @Override
        public void close() {
            over.set(true);
        }
    }
}
