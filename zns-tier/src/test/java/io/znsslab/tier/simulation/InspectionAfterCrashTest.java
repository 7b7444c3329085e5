package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.UntouchedDevice;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.inspect.VerifyProgress;
import io.znsslab.tier.report.RecoveryReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Inspects stores whose power was cut, or whose process was killed, at some index of a workload: the inspection finds
 * what the next opening finds, verifies it, and leaves every byte and zone as it was.
 */
@ExtendWith(SilentTier.class)
class InspectionAfterCrashTest {
    private static final int STEPS = 40;
    private static final int CUT_STEP = 7;
    private static final int MOST_CUTS = 60;
    private static final long SEED = Long.getLong("seed", 3);

    private int inspected;

    @Test
    void anInspectionFindsWhatTheNextOpeningFindsAndChangesNothing() {
        for (int cut = 0; cut < MOST_CUTS; cut++) {
            SimulatedMedium medium = Store.newMedium();
            SimulatedFault end = cut % 2 == 0 ? SimulatedFault.POWER_CUT : SimulatedFault.KILL;
            use(medium, SimulatedFaults.at(end, 20 + (long) cut * CUT_STEP));
            try {
                inspectThenOpen(medium);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("cut %d, -Dseed=%d: %s".formatted(cut, SEED, e.getMessage()), e);
            }
        }
        assertThat(inspected).isGreaterThan(MOST_CUTS / 2);
    }

    private void use(SimulatedMedium medium, SimulatedFaults faults) {
        try (Store store = Store.open(medium, faults, SEED)) {
            new Workload(new Oracle(), SEED).run(store, STEPS);
        } catch (ZnsSlabException e) {
            // The store reports that its device has ended.
            assertThat(e).hasMessageMatching("(?s).*(killed|no power|closed).*");
        }
    }

    private void inspectThenOpen(SimulatedMedium medium) {
        List<byte[]> before = contents(medium);
        RecoveryReport found;
        Verification verified;
        List<ZoneDescriptor> zones;
        try (ZonedDevice device = new UntouchedDevice(new SimulatedDevice(medium, SimulatedFaults.NONE, SEED));
                StoreInspection inspection = StoreInspection.of(device)) {
            zones = device.report();
            found = inspection.overview().found();
            verified = inspection.verify(0, VerifyProgress.NONE);
            inspection.epochs();
            inspection
                    .zones()
                    .forEach(zone -> inspection.extents(zone.descriptor().index()));
            assertThat(device.report()).isEqualTo(zones);
        }
        List<byte[]> after = contents(medium);
        for (int block = 0; block < before.size(); block++) {
            assertThat(Arrays.equals(before.get(block), after.get(block)))
                    .as("block " + block)
                    .isTrue();
        }
        assertThat(verified.damagedSlabs()).as(verified.damages().toString()).isZero();
        assertThat(verified.objects()).isLessThanOrEqualTo(found.objects());
        inspected += found.slabs() > 0 ? 1 : 0;

        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            RecoveryReport opened = store.tier.recovery();
            assertThat(found.slabs()).isEqualTo(opened.slabs());
            assertThat(found.objects()).isEqualTo(opened.objects());
            assertThat(found.epochs()).isEqualTo(opened.epochs());
            assertThat(found.log()).isEqualTo(opened.log());
            assertThat(found.losses()).isEqualTo(opened.losses());
        }
    }

    private static List<byte[]> contents(SimulatedMedium medium) {
        List<byte[]> blocks = new ArrayList<>();
        for (long at = 0; at < (long) Store.ZONES * Store.ZONE_BYTES; at += 4096) {
            blocks.add(medium.contents(at));
        }
        return blocks;
    }
}
