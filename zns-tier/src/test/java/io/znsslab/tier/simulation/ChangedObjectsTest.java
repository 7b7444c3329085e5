package io.znsslab.tier.simulation;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is written to objects that came back to DRAM, and objects that never left it, over the end of a process. */
@ExtendWith(SilentTier.class)
class ChangedObjectsTest {
    private static final int OBJECTS = 60;

    private final SimulatedMedium medium = Store.newMedium();
    private final long[] handles = new long[OBJECTS];

    private Store open() {
        return Store.open(medium, SimulatedFaults.NONE, 1);
    }

    private void demoteObjects(SlabAllocator store) {
        long epoch = store.advanceEpoch();
        for (int i = 0; i < OBJECTS; i++) {
            handles[i] = store.allocate(100, epoch);
        }
        writeAll(store, 42);
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
    }

    private void writeAll(SlabAllocator store, long value) {
        for (long handle : handles) {
            store.resolve(handle).set(JAVA_LONG, 0, value);
        }
    }

    private void requireAll(SlabAllocator store, long value) {
        for (long handle : handles) {
            assertThat(store.getLong(handle, 0)).isEqualTo(value);
        }
    }

    @Test
    void whatWasWrittenBeforeASyncIsThereAfterAClosing() {
        try (Store store = open()) {
            demoteObjects(store.allocator);
            writeAll(store.allocator, 99);
            store.allocator.sync().join();
        }
        try (Store store = open()) {
            requireAll(store.allocator, 99);
            store.allocator.checkInvariants();
        }
    }

    @Test
    void aClosingWithDemotionKeepsWhatWasWrittenAndWhatNeverLeftDram() {
        long hot;
        try (Store store = open()) {
            demoteObjects(store.allocator);
            writeAll(store.allocator, 99);
            hot = store.allocator.allocate(100, store.allocator.currentEpoch());
            store.allocator.setLong(hot, 0, 77);
            store.allocator.close(Disposition.DEMOTE);
        }
        try (Store store = open()) {
            requireAll(store.allocator, 99);
            assertThat(store.allocator.getLong(hot, 0)).isEqualTo(77);
        }
    }

    /** At each point the old bytes are there or the new ones, and the new ones once the sync was acknowledged. */
    @Test
    void aPowerCutAtAnyPointOfAWritingLosesNoObject() {
        boolean more = true;
        int acknowledgedCuts = 0;
        SimulatedMedium filled = Store.newMedium();
        try (Store store = Store.open(filled, SimulatedFaults.NONE, 1)) {
            demoteObjects(store.allocator);
        }
        for (long cut = 0; more; cut++) {
            SimulatedMedium copy = filled.copy();
            Outcome outcome = writeAndSync(copy, cut);
            more = outcome != Outcome.NO_CUT;
            acknowledgedCuts += outcome == Outcome.ACKNOWLEDGED ? 1 : 0;
            try (Store store = Store.open(copy, SimulatedFaults.NONE, 1)) {
                assertThat(store.tier.recovery().losses()).isEmpty();
                for (long handle : handles) {
                    long found = store.allocator.getLong(handle, 0);
                    if (outcome == Outcome.NOT_ACKNOWLEDGED) {
                        assertThat(found).as("after a cut at %d", cut).isIn(42L, 99L);
                    } else {
                        assertThat(found).as("after a cut at %d", cut).isEqualTo(99);
                    }
                }
            }
        }
        assertThat(acknowledgedCuts).as("cuts of the closing").isPositive();
    }

    private enum Outcome {
        NO_CUT,
        ACKNOWLEDGED,
        NOT_ACKNOWLEDGED
    }

    private Outcome writeAndSync(SimulatedMedium on, long cut) {
        Outcome outcome = Outcome.NOT_ACKNOWLEDGED;
        Store store;
        try {
            store = Store.open(on, SimulatedFaults.at(SimulatedFault.POWER_CUT, cut), cut);
        } catch (ZnsSlabException e) {
            return outcome;
        }
        try {
            writeAll(store.allocator, 99);
            store.allocator.sync().join();
            outcome = Outcome.ACKNOWLEDGED;
            store.close();
        } catch (ZnsSlabException | CompletionException e) {
            assertThat(store.device.hasEnded()).as(e.getMessage()).isTrue();
            closeEnded(store);
        }
        return store.device.hasEnded() ? outcome : Outcome.NO_CUT;
    }

    private static void closeEnded(Store store) {
        try {
            store.close();
        } catch (ZnsSlabException e) {
            // It says that the device has ended.
            assertThat(store.device.hasEnded()).isTrue();
        }
    }
}
