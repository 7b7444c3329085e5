package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A region of the log that was never complete has lost blocks in both copies: the region before it counts, and nothing
 * is lost.
 */
@ExtendWith(SilentTier.class)
class LostUnfinishedRegionTest {
    private static final int BLOCK = 4096;
    private static final int PAIR = 2 * BLOCK;
    private static final int ZONE_BYTES = 1 << 20;
    private static final int ZONES = 24;
    private static final int SLABS = 2000;
    /** Writes of the checkpoint before the process ends, each a block and its copy. */
    private static final int WRITES = 4;

    private final SimulatedMedium medium =
            new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(8, 9));
    private final List<Long> handles = new ArrayList<>();

    private static SlabAllocator open(SimulatedDevice device) {
        ZnsTier tier = ZnsTier.builder(device).parallelZones(2).open();
        assertThat(tier.recovery().losses()).isEmpty();
        return SlabAllocator.builder().limitBytes(24 << 20).coldTier(tier).build();
    }

    private static SimulatedDevice device(SimulatedMedium of, SimulatedFaults faults) {
        return new SimulatedDevice(of, faults, 3, PAIR);
    }

    /** Leaves a region behind that has no end. */
    private void beginARegion() throws InterruptedException {
        try (SlabAllocator store = open(device(medium, SimulatedFaults.NONE))) {
            AlternatingSlabs.demote(store, SLABS, handles);
        }
        AtomicInteger writes = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(1);
        SimulatedDevice device = device(medium, (operation, zone) -> {
            boolean isWrite = operation == SimulatedOperation.WRITE
                    && Thread.currentThread().getName().equals("zns-slab-log");
            if (!isWrite || writes.incrementAndGet() != WRITES + 1) {
                return null;
            }
            ended.countDown();
            return SimulatedFault.KILL;
        });
        SlabAllocator store = open(device);
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        try {
            store.close();
        } catch (ZnsSlabException e) {
            assertThat(e).hasMessageMatching("(?s).*(killed|closed).*");
        }
    }

    @Test
    void eachBlockThatIsGoneInBothCopiesCostsNothing() throws InterruptedException {
        beginARegion();
        int zone = Store.zoneOfNewestRegion(medium);
        long start = (long) zone * ZONE_BYTES;
        // The first pair is the superblock, and the second the region's beginning, which was made durable.
        long end = start + medium.writtenBytes(zone) / PAIR * PAIR;
        assertThat(end - start).isGreaterThan(4 * PAIR);
        for (long at = start + PAIR; at < end; at += PAIR) {
            SimulatedMedium spoiled = medium.copy();
            spoiled.overwrite(at, new byte[BLOCK]);
            spoiled.overwrite(at + BLOCK, new byte[BLOCK]);
            try (SlabAllocator store = open(device(spoiled, SimulatedFaults.NONE))) {
                assertThat(handles)
                        .as("without the pair at offset %d of the zone", at - start)
                        .allMatch(handle -> store.tierOf(handle) != null);
            }
        }
    }
}
