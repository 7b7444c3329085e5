package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.report.Loss;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Opens a device each of whose zones in turn has become read-only or offline since it was closed, those of the log
 * included. The loss is at most the zone's content, and is reported by zone and epoch. Where the zone has the log's
 * last region, an earlier region answers as far as it goes, and the zone is reported.
 */
@ExtendWith(SilentTier.class)
@Timeout(600)
class FailedZonesIT {
    private static final long SEED = Long.getLong("seed", 17);

    private final Oracle oracle = new Oracle();
    private final SimulatedMedium medium = Store.newMedium();
    private int refused;
    private int withLosses;
    private int withoutLosses;

    @ParameterizedTest
    @EnumSource(
            value = ZoneCondition.class,
            names = {"READ_ONLY", "OFFLINE"})
    void aZoneThatFailedCostsAtMostWhatWasInIt(ZoneCondition condition) {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(oracle, SEED).run(store, 80);
        }
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            assertThat(oracle.checkAfterCrash(store.allocator)).isPositive();
        }
        for (int zone = 0; zone < Store.ZONES; zone++) {
            for (ErrorPolicy policy : ErrorPolicy.values()) {
                SimulatedDevice device = new SimulatedDevice(medium.copy(), SimulatedFaults.NONE, SEED);
                device.failZone(zone, condition);
                try {
                    open(device, policy, zone, condition);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            "zone %d %s, %s, -Dseed=%d: %s".formatted(zone, condition, policy, SEED, e.getMessage()),
                            e);
                }
            }
        }
        System.out.printf(
                "zones found %s: %d openings refused, %d with losses, %d without%n",
                condition, refused, withLosses, withoutLosses);
        if (condition == ZoneCondition.OFFLINE) {
            // It depends on the store's threads whether one of the zones is known to hold no live slab.
            assertThat(refused).isPositive();
            assertThat(withLosses).isEqualTo(refused);
        } else {
            assertThat(withoutLosses).isEqualTo(Store.ZONES * ErrorPolicy.values().length);
        }
    }

    private void open(SimulatedDevice device, ErrorPolicy policy, int zone, ZoneCondition condition) {
        Store opened;
        try {
            opened = Store.open(device, policy);
        } catch (ZnsSlabException e) {
            assertThat(policy).isEqualTo(ErrorPolicy.FAIL);
            assertThat(condition).isEqualTo(ZoneCondition.OFFLINE);
            // A region of several zones names the first that it finds where another should be.
            assertThat(e)
                    .hasMessageMatching(
                            "(?s).*(zone " + zone + "\\b|zone \\d+ of region \\d+ of the log is missing).*");
            refused++;
            return;
        }
        try (Store store = opened) {
            List<Loss> losses = store.tier.recovery().losses();
            if (policy == ErrorPolicy.FAIL || condition == ZoneCondition.READ_ONLY) {
                assertThat(losses).isEmpty();
            }
            boolean ofLog = losses.stream().anyMatch(loss -> loss.epoch() < 0);
            if (ofLog) {
                // Without its last region the log describes an earlier state.
                assertThat(losses).anySatisfy(loss -> assertThat(loss.zone()).isEqualTo(zone));
                readAll(store);
            } else {
                long reported = losses.stream().mapToLong(Loss::objects).sum();
                assertThat(losses).allSatisfy(loss -> assertThat(loss.zone()).isEqualTo(zone));
                assertThat(missing(store)).isEqualTo(reported);
            }
            if (losses.isEmpty()) {
                withoutLosses++;
            } else {
                withLosses++;
            }
            Workload after = new Workload(new Oracle(), SEED + 1);
            after.run(store, 15);
            assertThat(after.errors()).isEmpty();
        }
    }

    /** Every answer of the store must be right. */
    private void readAll(Store store) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.allocator.largestPayloadBytes());
            oracle.all().forEach(known -> Oracle.look(store.allocator, known, scratch));
        }
    }

    /** Counts the live objects that are missing; all others must be unchanged. */
    private long missing(Store store) {
        long missing = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.allocator.largestPayloadBytes());
            for (Oracle.Known known : oracle.all()) {
                Oracle.Found found = Oracle.look(store.allocator, known, scratch);
                assertThat(found).isNotEqualTo(Oracle.Found.UNREADABLE);
                if (known.dead) {
                    assertThat(found).isEqualTo(Oracle.Found.STALE);
                } else if (found == Oracle.Found.STALE) {
                    missing++;
                }
            }
        }
        return missing;
    }
}
