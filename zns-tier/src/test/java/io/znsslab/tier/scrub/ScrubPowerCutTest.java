package io.znsslab.tier.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.simulation.SilentTier;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ends a scrub of damaged summaries, headers and copies of the log at indexes of all operations that it performs on the
 * device, by a power cut or a kill. Each time all objects are there, no damage is worse, and the next scrub mends the
 * rest. {@code -Dscrub.cuts=} is the number of ends that are tried of each kind.
 */
@ExtendWith(SilentTier.class)
class ScrubPowerCutTest {
    private static final int CUTS = Integer.getInteger("scrub.cuts", 40);

    private static ScrubbedStore damaged() {
        ScrubbedStore store = new ScrubbedStore();
        int zone = store.fullestZone();
        long start = store.inspect(
                inspection -> inspection.zones().get(zone).descriptor().startBytes());
        store.damage(store.extents(zone).getLast().summaryOffsetBytes());
        store.damage(start);
        List<Integer> others = store.inspect(inspection -> inspection.zones().stream()
                .filter(other -> other.liveSlabs() > 0 && other.descriptor().index() != zone)
                .map(other -> other.descriptor().index())
                .toList());
        store.damage(store.extents(others.getFirst()).getFirst().summaryOffsetBytes());
        int ofLog = store.inspect(inspection -> inspection.overview().log().getFirst())
                .zones()
                .getFirst();
        store.damage(store.inspect(
                inspection -> inspection.zones().get(ofLog).descriptor().startBytes()));
        return store;
    }

    @ParameterizedTest
    @EnumSource(names = {"POWER_CUT", "KILL"})
    void nothingIsLostWheneverAScrubEnds(SimulatedFault end) {
        AtomicLong operations = new AtomicLong();
        ScrubReport undisturbed = damaged().scrub(SimulatedFaults.counting(operations));
        assertThat(undisturbed.isSound()).isTrue();
        assertThat(undisturbed.zones()).hasSize(2);
        assertThat(undisturbed.isLogRewritten()).isTrue();

        int unfinished = 0;
        for (int i = 0; i < CUTS; i++) {
            long at = i * operations.get() / CUTS;
            ScrubbedStore store = damaged();
            boolean ended = false;
            try {
                store.scrub(SimulatedFaults.at(end, at));
            } catch (ZnsSlabException e) {
                // The device has ended.
                ended = true;
            }
            Verification after = store.verify();
            assertThat(after.losses()).as("%s at %d", end, at).isEmpty();
            assertThat(after.damagedSlabs()).as("%s at %d", end, at).isZero();
            unfinished += ended && !after.isSound() ? 1 : 0;
            if (!after.isSound()) {
                assertThat(store.scrub().isSound()).as("%s at %d", end, at).isTrue();
            }
            assertThat(store.verify().isSound()).as("%s at %d", end, at).isTrue();
            store.requireAllObjectsBut(List.of());
        }
        assertThat(unfinished).as("scrubs of which something was left").isPositive();
    }
}
