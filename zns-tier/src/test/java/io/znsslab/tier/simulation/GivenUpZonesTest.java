package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A failed write makes the store give up the rest of its zone, which is collected like dead slabs. */
@ExtendWith(SilentTier.class)
@Timeout(120)
class GivenUpZonesTest {
    private static final int PAYLOAD = 760;
    /** More failed writes than the device has zones. */
    private static final int FAILURES = 3 * Store.ZONES;

    @Test
    void areUsedAgainInTheSameRun() {
        AtomicInteger failing = new AtomicInteger();
        SimulatedFaults faults = (operation, zone) -> {
            boolean due = operation == SimulatedOperation.WRITE && failing.get() > 0;
            return due && failing.getAndDecrement() > 0 ? SimulatedFault.EIO : null;
        };
        List<Long> handles = new ArrayList<>();
        try (Store store = Store.open(Store.newMedium(), faults, 1)) {
            int failed = 0;
            while (failed < FAILURES) {
                demoteOneSlab(store.allocator, handles);
                // The next write fails, most likely one to the same zone.
                failing.set(1);
                if (!demoteOneSlab(store.allocator, handles)) {
                    failed++;
                }
                failing.set(0);
                if (handles.size() > 60) {
                    // Few slabs stay live.
                    handles.subList(0, 20).forEach(store.allocator::free);
                    handles.subList(0, 20).clear();
                }
            }
            handles.forEach(
                    handle -> assertThat(store.allocator.resolve(handle)).isNotNull());
            assertThat(store.tier.statistics().failedExtents()).isGreaterThanOrEqualTo(FAILURES);
            store.allocator.checkInvariants();
        }
    }

    /** Demotes, and repeats a demotion that failed. Returns whether the first try succeeded. */
    private static boolean demoteOneSlab(SlabAllocator allocator, List<Long> handles) {
        long epoch = allocator.currentEpoch();
        long handle = allocator.allocate(PAYLOAD, epoch);
        assertThat(Handle.isHandle(handle)).isTrue();
        handles.add(handle);
        allocator.advanceEpoch();
        try {
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
            return true;
        } catch (CompletionException e) {
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
            return false;
        }
    }
}
