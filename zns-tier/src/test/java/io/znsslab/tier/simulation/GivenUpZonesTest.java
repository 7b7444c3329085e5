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

/** Writes that fail give up the rest of their zones, which is collected as what is dead is. */
@ExtendWith(SilentTier.class)
@Timeout(120)
class GivenUpZonesTest {
    private static final int PAYLOAD = 760;
    /** More failed writes than there are zones. */
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
                // The next write, into the same zone most likely, fails.
                failing.set(1);
                if (!demoteOneSlab(store.allocator, handles)) {
                    failed++;
                }
                failing.set(0);
                if (handles.size() > 60) {
                    // What is live stays little.
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

    /** Whether that succeeded at once; what failed is tried again. */
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
