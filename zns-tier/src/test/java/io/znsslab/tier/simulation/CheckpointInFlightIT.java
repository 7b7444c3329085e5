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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writes of a checkpoint are in flight while groups are acknowledged: groups do not wait for them, are acknowledged no
 * sooner than they are durable, and lose nothing when such a write fails.
 */
@ExtendWith(SilentTier.class)
@Timeout(300)
class CheckpointInFlightIT {
    private static final int ZONE_BYTES = 1 << 20;
    private static final int ZONES = 72;
    /** A write of the log is eight blocks and their copies at most. */
    private static final int TRANSFER_BYTES = 64 << 10;

    private static final int SLABS = 8000;
    private static final String LOG_THREAD = "zns-slab-log";
    private static final int GROUPS = 5;
    private static final int FREED_OF_A_GROUP = 7;

    private final List<Long> handles = new ArrayList<>();
    private final List<Long> freed = new ArrayList<>();
    private SimulatedMedium medium;

    /** Fills two epochs whose slabs have alternating ids, so that each slab takes a record of its own. */
    @BeforeEach
    void fill() {
        medium = new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(8, 9));
        try (SlabAllocator store = open(new SimulatedDevice(medium, SimulatedFaults.NONE, 3, TRANSFER_BYTES))) {
            AlternatingSlabs.demote(store, SLABS, handles);
        }
    }

    private static SlabAllocator open(SimulatedDevice device) {
        ZnsTier tier = ZnsTier.builder(device).parallelZones(2).open();
        assertThat(tier.recovery().losses()).isEmpty();
        return SlabAllocator.builder().limitBytes(48 << 20).coldTier(tier).build();
    }

    private static boolean isWriteOfLog(SimulatedOperation operation) {
        return operation == SimulatedOperation.WRITE
                && Thread.currentThread().getName().equals(LOG_THREAD);
    }

    private void freeSome(SlabAllocator store) {
        for (int i = 0; i < FREED_OF_A_GROUP; i++) {
            long handle = handles.get(freed.size() * 97);
            assertThat(store.free(handle)).isTrue();
            freed.add(handle);
        }
    }

    /** Ends the store suddenly, and checks what the next opening finds. */
    private void endAndCheck(SlabAllocator store, SimulatedDevice device) {
        device.end(SimulatedFault.POWER_CUT);
        closeEnded(store);
        SimulatedDevice next = new SimulatedDevice(medium, SimulatedFaults.NONE, 6, TRANSFER_BYTES);
        SlabAllocator reopened = open(next);
        int there = 0;
        for (long handle : handles) {
            there += reopened.tierOf(handle) != null ? 1 : 0;
        }
        assertThat(freed).allMatch(handle -> reopened.tierOf(handle) == null);
        assertThat(there).isEqualTo(handles.size() - freed.size());
        reopened.close();
    }

    private static void closeEnded(SlabAllocator store) {
        try {
            store.close();
        } catch (ZnsSlabException e) {
            assertThat(e).hasMessageMatching("(?s).*(no power|killed|closed).*");
        }
    }

    @Test
    void aGroupDoesNotWaitForAWriteOfTheCheckpoint() throws Exception {
        int present = Store.zoneOfNewestRegion(medium);
        CountDownLatch stuck = new CountDownLatch(1);
        SimulatedDevice device = new SimulatedDevice(
                medium,
                (operation, zone) -> {
                    if (!isWriteOfLog(operation) || zone == present || stuck.getCount() == 0) {
                        return null;
                    }
                    stuck.countDown();
                    return SimulatedFault.STUCK;
                },
                5,
                TRANSFER_BYTES);
        SlabAllocator store = open(device);
        assertThat(stuck.await(1, TimeUnit.MINUTES)).isTrue();
        for (int group = 0; group < GROUPS; group++) {
            freeSome(store);
            store.sync().get(1, TimeUnit.MINUTES);
        }
        device.cancelStuck();
        freeSome(store);
        store.sync().get(1, TimeUnit.MINUTES);
        endAndCheck(store, device);
    }

    @Test
    void aGroupIsAcknowledgedNoSoonerThanItsWriteIsComplete() throws Exception {
        int present = Store.zoneOfNewestRegion(medium);
        CountDownLatch checkpointIsStuck = new CountDownLatch(1);
        CountDownLatch groupIsStuck = new CountDownLatch(1);
        AtomicInteger flushesBeside = new AtomicInteger();
        SimulatedDevice device = new SimulatedDevice(
                medium,
                (operation, zone) -> {
                    boolean isStuck = groupIsStuck.getCount() == 0;
                    if (operation == SimulatedOperation.FLUSH && isStuck) {
                        flushesBeside.incrementAndGet();
                    }
                    // As long as the checkpoint is stuck, groups go to the present region.
                    CountDownLatch next = zone == present ? groupIsStuck : checkpointIsStuck;
                    if (!isWriteOfLog(operation) || next.getCount() == 0) {
                        return null;
                    }
                    next.countDown();
                    return SimulatedFault.STUCK;
                },
                5,
                TRANSFER_BYTES);
        SlabAllocator store = open(device);
        assertThat(checkpointIsStuck.await(1, TimeUnit.MINUTES)).isTrue();
        freeSome(store);
        CompletableFuture<Void> group = store.sync();
        assertThat(groupIsStuck.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(flushesBeside).hasValue(0);
        assertThat(group).isNotDone();
        device.cancelStuck();
        // The group is written in another region.
        group.get(1, TimeUnit.MINUTES);
        assertThat(flushesBeside).hasPositiveValue();
        endAndCheck(store, device);
    }

    @ParameterizedTest
    @EnumSource(names = {"EIO", "SHORT", "ZONE_READ_ONLY"})
    void aFaultAtAnyWriteOfTheCheckpointLosesNothing(SimulatedFault fault) throws Exception {
        SimulatedMedium original = medium;
        int met = 0;
        boolean more = true;
        for (int index = 0; more; index++) {
            medium = original.copy();
            freed.clear();
            more = meets(fault, index);
            met += more ? 1 : 0;
        }
        // Two writes and more of the checkpoint are handed over while one is in flight.
        assertThat(met).isGreaterThan(3);
    }

    /** Meets the fault at that write of the checkpoint. Returns false if there were fewer writes. */
    private boolean meets(SimulatedFault fault, int index) throws Exception {
        int present = Store.zoneOfNewestRegion(medium);
        AtomicInteger writes = new AtomicInteger();
        SimulatedDevice device = new SimulatedDevice(
                medium,
                (operation, zone) -> {
                    boolean ofCheckpoint = isWriteOfLog(operation) && zone != present;
                    return ofCheckpoint && writes.getAndIncrement() == index ? fault : null;
                },
                5,
                TRANSFER_BYTES);
        SlabAllocator store = open(device);
        for (int group = 0; group < GROUPS * 2; group++) {
            freeSome(store);
            store.sync().get(1, TimeUnit.MINUTES);
        }
        endAndCheck(store, device);
        return writes.get() > index;
    }
}
