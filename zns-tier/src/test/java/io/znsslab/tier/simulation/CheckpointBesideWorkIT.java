package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store whose checkpoint takes many writes is opened and used at once: the checkpoint is written beside the work, and
 * an end at any step of both loses no acknowledged data. {@code -Dcut.step=1} tries every index.
 */
@ExtendWith(SilentTier.class)
@Timeout(300)
class CheckpointBesideWorkIT {
    private static final int ZONE_BYTES = 1 << 20;
    private static final int ZONES = 24;
    /** A write of the log is one block and its copy. */
    private static final int TRANSFER_BYTES = 8192;
    /** Number of log blocks that are written at a time, by design, where a region is that small. */
    private static final int BLOCKS_OF_A_PIECE = 3;

    private static final int SLABS = 4000;
    private static final int BLOCKS_OF_THE_CHECKPOINT = SLABS / 200;
    private static final int STEP = Integer.getInteger("cut.step", 3);
    private static final String LOG_THREAD = "zns-slab-log";
    private static final long WRITE_NANOS = 200_000;
    private static final long WAIT_MILLIS = 100;
    private static final int NOT_ASKED = -1;

    private final List<Long> handles = new ArrayList<>();
    private SimulatedMedium medium;

    /** Fills two epochs whose slabs have alternating ids, so that each slab takes a record of its own. */
    @BeforeEach
    void fill() {
        medium = new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(8, 9));
        try (SlabAllocator store = open(medium, SimulatedFaults.NONE)) {
            AlternatingSlabs.demote(store, SLABS, handles);
        }
    }

    private static SlabAllocator open(SimulatedMedium medium, SimulatedFaults faults) {
        return open(new SimulatedDevice(medium, faults, 3, TRANSFER_BYTES));
    }

    private static SlabAllocator open(SimulatedDevice device) {
        return Store.open(device).allocator;
    }

    @Test
    void openingWritesNoCheckpointBeforeItReturns() {
        Thread opener = Thread.currentThread();
        AtomicInteger writes = new AtomicInteger();
        SlabAllocator store = open(medium, (operation, zone) -> {
            if (operation == SimulatedOperation.WRITE && Thread.currentThread() == opener) {
                writes.incrementAndGet();
            }
            return null;
        });
        int ofOpening = writes.get();
        store.close();
        assertThat(ofOpening).isBetween(1, 4).isLessThan(BLOCKS_OF_THE_CHECKPOINT);
    }

    @Test
    void anAcknowledgementWaitsForOnePieceOfTheCheckpointOnly() {
        int present = Store.zoneOfNewestRegion(medium);
        AtomicReference<SlabAllocator> store = new AtomicReference<>();
        CountDownLatch opened = new CountDownLatch(1);
        // The log's thread itself asks for a sync at a write of the checkpoint, where none is under way: so the test
        // does not depend on the speed of threads.
        List<Integer> waits = new ArrayList<>();
        AtomicInteger waited = new AtomicInteger(NOT_ASKED);
        SlabAllocator opening = open(medium, (operation, zone) -> {
            boolean isLog = Thread.currentThread().getName().equals(LOG_THREAD);
            if (operation != SimulatedOperation.WRITE || !isLog || !isOpen(opened)) {
                return null;
            }
            if (zone == present) {
                waits.add(waited.getAndSet(NOT_ASKED));
            } else if (waited.incrementAndGet() == 0) {
                assertThat(store.get().free(handles.get(waits.size() * 97))).isTrue();
                var _ = store.get().sync();
            }
            return null;
        });
        store.set(opening);
        opened.countDown();
        // A piece follows each answer, so that the checkpoint is complete after so many.
        for (int i = 0; i < BLOCKS_OF_THE_CHECKPOINT; i++) {
            opening.sync().join();
        }
        opening.close();
        waits.removeIf(writes -> writes == NOT_ASKED);
        assertThat(waits).hasSizeGreaterThan(2);
        assertThat(waits).allMatch(writes -> writes <= BLOCKS_OF_A_PIECE);
    }

    /**
     * The opening itself waits for the log, between pieces: so the pieces before its end are slow, and no thread waits
     * for the log then.
     */
    private static boolean isOpen(CountDownLatch latch) {
        try {
            return latch.await(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KILL", "POWER_CUT"})
    void anEndAtAnyStepLosesNothingThatWasAcknowledged(SimulatedFault end) {
        boolean more = true;
        int ends = 0;
        for (int cut = 0; more; cut += STEP) {
            Life life = new Life();
            SimulatedMedium copy = medium.copy();
            try {
                more = life.endsAt(copy, end, cut);
                life.check(copy);
                life.check(copy);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(end + " at " + cut + ": " + e.getMessage(), e);
            }
            ends += more ? 1 : 0;
        }
        assertThat(ends * STEP).isGreaterThan(BLOCKS_OF_THE_CHECKPOINT * 2);
    }

    /** A short use of the store, and its outcome. */
    private final class Life {
        private static final int ROUNDS = 6;
        private static final int FREED = 40;

        private final Set<Long> freed = new HashSet<>();
        private final Set<Long> perhapsFreed = new HashSet<>();
        private final List<Long> stored = new ArrayList<>();
        private final Set<Long> issued = new HashSet<>(handles);

        /** Returns whether the device ended before the store was closed. */
        boolean endsAt(SimulatedMedium of, SimulatedFault end, long cut) {
            SimulatedFaults ending = SimulatedFaults.at(end, cut);
            SimulatedDevice device = new SimulatedDevice(
                    of,
                    (operation, zone) -> {
                        if (operation == SimulatedOperation.WRITE) {
                            // As slow as a device, so that work and checkpoint interleave in varying ways.
                            LockSupport.parkNanos(WRITE_NANOS);
                        }
                        return ending.faultOf(operation, zone);
                    },
                    5,
                    TRANSFER_BYTES);
            try (SlabAllocator store = open(device)) {
                for (int round = 0; round < ROUNDS && !device.hasEnded(); round++) {
                    work(store, round);
                }
            } catch (ZnsSlabException | CompletionException e) {
                assertThat(device.hasEnded()).as("failed by itself: %s", e).isTrue();
            }
            boolean ended = device.hasEnded();
            device.end(end);
            return ended;
        }

        private void work(SlabAllocator store, int round) {
            List<Long> now = new ArrayList<>();
            for (int i = 0; i < FREED; i++) {
                // Spread over all ids: the checkpoint has passed some of them, and not others.
                long handle = handles.get((i * (handles.size() / FREED)) + round);
                assertThat(store.free(handle)).isTrue();
                now.add(handle);
            }
            perhapsFreed.addAll(now);
            store.sync().join();
            freed.addAll(now);
            long epoch = store.currentEpoch();
            List<Long> ofEpoch = new ArrayList<>();
            for (int i = 0; i < FREED; i++) {
                long handle = store.allocate(AlternatingSlabs.PAYLOAD_BYTES, epoch);
                assertThat(issued.add(handle)).as("0x%x is issued once", handle).isTrue();
                ofEpoch.add(handle);
            }
            store.advanceEpoch();
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
            stored.addAll(ofEpoch);
        }

        /** Opens the store, ends it suddenly, and checks its content; can be repeated. */
        void check(SimulatedMedium of) {
            SimulatedDevice device = new SimulatedDevice(of, SimulatedFaults.NONE, 6, TRANSFER_BYTES);
            SlabAllocator store = open(device);
            for (long handle : handles) {
                if (freed.contains(handle)) {
                    assertThat(store.tierOf(handle)).as("freed 0x%x", handle).isNull();
                } else if (!perhapsFreed.contains(handle)) {
                    assertThat(store.tierOf(handle)).as("0x%x", handle).isNotNull();
                }
            }
            for (long handle : stored) {
                assertThat(store.tierOf(handle)).as("stored 0x%x", handle).isNotNull();
            }
            for (int i = 0; i < FREED; i++) {
                long handle = store.allocate(AlternatingSlabs.PAYLOAD_BYTES, store.currentEpoch());
                assertThat(issued.add(handle)).as("0x%x is issued once", handle).isTrue();
            }
            store.checkInvariants();
            device.end(SimulatedFault.KILL);
            try {
                store.close();
            } catch (ZnsSlabException e) {
                assertThat(e).hasMessageMatching("(?s).*(killed|closed).*");
            }
        }
    }
}
