package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that a program keeps in the store itself. {@link PowerCutIT} cuts the power at every point. */
@ExtendWith(SilentTier.class)
class RootTest {
    private final SimulatedMedium medium = Store.newMedium();

    private Store open() {
        return Store.open(medium, SimulatedFaults.NONE, 1);
    }

    private static void end(Store store, SimulatedFault fault) {
        store.device.end(fault);
        try {
            store.close();
        } catch (ZnsSlabException e) {
            assertThat(e).hasMessageMatching("(?s).*(killed|no power|closed).*");
        }
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new SplittableRandom(count).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 16, 1024, 1025, 4095, 4096})
    void aRootIsThereAfterAPowerCutOnceItWasSynced(int count) {
        Store used = open();
        used.allocator.setRoot(bytes(count));
        used.allocator.sync().join();
        end(used, SimulatedFault.POWER_CUT);
        for (int opening = 0; opening < 3; opening++) {
            try (Store store = open()) {
                assertThat(store.tier.recovery().losses()).isEmpty();
                assertThat(store.allocator.root()).isEqualTo(bytes(count));
            }
        }
    }

    @Test
    void aRootIsThereAfterAClosingInOrder() {
        try (Store store = open()) {
            store.allocator.setRoot(bytes(100));
        }
        try (Store store = open()) {
            assertThat(store.allocator.root()).isEqualTo(bytes(100));
            store.allocator.setRoot(new byte[0]);
        }
        try (Store store = open()) {
            assertThat(store.allocator.root()).isEmpty();
        }
    }

    @Test
    void aRootThatWasNotSyncedIsGoneAfterAPowerCutAndTheOneBeforeIsThere() {
        Store used = open();
        used.allocator.setRoot(bytes(4000));
        used.allocator.sync().join();
        used.allocator.setRoot(bytes(20));
        assertThat(used.allocator.root()).isEqualTo(bytes(20));
        end(used, SimulatedFault.POWER_CUT);
        try (Store store = open()) {
            assertThat(store.allocator.root()).isEqualTo(bytes(4000));
        }
    }

    @Test
    void aRootStaysWhileTheLogIsWrittenAnewAgainAndAgain() {
        for (int opening = 0; opening < 3; opening++) {
            Store store = open();
            if (opening == 0) {
                store.allocator.setRoot(bytes(4096));
                store.allocator.sync().join();
            }
            for (int round = 0; round < 60; round++) {
                long epoch = store.allocator.advanceEpoch();
                for (int i = 0; i < 30; i++) {
                    store.allocator.allocate(700, epoch);
                }
                store.allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
                store.allocator.closeEpoch(epoch, Disposition.DISCARD).join();
                store.allocator.sync().join();
            }
            end(store, SimulatedFault.KILL);
        }
        try (Store store = open()) {
            assertThat(store.allocator.root()).isEqualTo(bytes(4096));
        }
    }

    @Test
    void whatTheCallerDoesWithItsArraysChangesNoRoot() {
        try (Store store = open()) {
            byte[] given = bytes(10);
            store.allocator.setRoot(given);
            given[0]++;
            store.allocator.root()[1]++;
            assertThat(store.allocator.root()).isEqualTo(bytes(10));
        }
    }

    @Test
    void anUnchangedRootCostsNoWrite() {
        try (Store store = open()) {
            store.allocator.setRoot(bytes(10));
            store.allocator.sync().join();
            long written = store.tier.statistics().writes().bytes().logBytes();
            store.allocator.sync().join();
            assertThat(store.tier.statistics().writes().bytes().logBytes()).isEqualTo(written);
        }
    }
}
