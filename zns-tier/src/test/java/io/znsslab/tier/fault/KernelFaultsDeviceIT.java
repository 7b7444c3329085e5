package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZoneMap;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZonedDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Faults of the kernel's own null_blk: bad blocks, and zones that go read-only or offline. Each costs at most the
 * content of the zones that it hits, and the store goes on.
 */
@ZonedKernelTest
class KernelFaultsDeviceIT {
    private static final long BLOCK = 4096;
    private static final long ZONE = 1 << 20;
    private static final int ZONES = 18;
    private static final int SLABS_OF_A_ZONE = 250;

    private final StoredEpochs epochs = new StoredEpochs();
    private NullBlockDevice emulated;
    private ZnsTier tier;
    private SlabAllocator store;

    @BeforeEach
    void openStore() {
        emulated = ZonedDevices.nullBlock(NullBlockSettings.builder()
                .sizeBytes(ZONES * ZONE)
                .zoneBytes(ZONE)
                .zoneCapacityBytes(ZONE)
                .maxOpenZones(5)
                .maxActiveZones(5)
                .build());
        tier = ZnsTier.builder(ZonedDevice.open(emulated.path()))
                .parallelZones(2)
                // a demotion waits for collection, however slow a guest is
                .whenFull(FullDevicePolicy.BLOCK)
                .open();
        store = StoredEpochs.open(tier);
    }

    @AfterEach
    void removeDevice() {
        store.close();
        emulated.close();
    }

    private ZoneMap.Entry zone(ZoneUse use) {
        return tier.zoneMap().zones().stream()
                .filter(zone -> zone.use() == use && zone.liveSlabs() > 0)
                .findFirst()
                .orElseThrow();
    }

    private void goesOn() {
        long epoch = epochs.fillAndDemote(store, 300);
        assertThat(epochs.unreadable(store, epoch)).isZero();
    }

    @Test
    void badBlocksUnderAReaderCostWhatIsInThemAsLongAsTheyAreBad() {
        epochs.fillAndDemote(store, 300);
        ZoneMap.Entry zone = zone(ZoneUse.OPEN);
        int slabs = 16;
        long first = zone.descriptor().startBytes() + 8 * BLOCK;
        emulated.failBlocks(first, slabs * BLOCK);

        assertThat(epochs.unreadable(store)).isBetween(1, slabs * StoredEpochs.OBJECTS_OF_A_SLAB);
        goesOn();
        emulated.repairBlocks(first, slabs * BLOCK);
        assertThat(epochs.unreadable(store)).isZero();
        assertThat(tier.statistics().reads().corruptSlabs()).isZero();
    }

    @Test
    void badBlocksUnderTheWriterCostNothing() {
        epochs.fillAndDemote(store, 100);
        for (ZoneMap.Entry zone : tier.zoneMap().zones()) {
            if (zone.use() == ZoneUse.OPEN) {
                emulated.failBlocks(zone.descriptor().writePointerBytes() + 4 * BLOCK, BLOCK);
            }
        }
        long hit = epochs.fill(store, 150);

        assertThatThrownBy(() -> StoredEpochs.demote(store, hit)).isInstanceOf(ZnsSlabException.class);
        assertThat(epochs.unreadable(store)).isZero();
        StoredEpochs.demote(store, hit);
        assertThat(epochs.unreadable(store)).isZero();
        goesOn();
    }

    @Test
    void aZoneThatGoesReadOnlyWhileItIsWrittenCostsNothing() {
        epochs.fillAndDemote(store, 100);
        ZoneMap.Entry zone = zone(ZoneUse.OPEN);
        emulated.toggleZoneReadOnly(zone.descriptor().index());
        long hit = epochs.fill(store, 450);

        demoteInTheEnd(hit);
        assertThat(epochs.unreadable(store)).isZero();
        assertThat(condition(zone)).isEqualTo(ZoneCondition.READ_ONLY);
        goesOn();
    }

    @Test
    void aZoneThatGoesOfflineWhileItIsWrittenCostsWhatWasInIt() {
        epochs.fillAndDemote(store, 100);
        ZoneMap.Entry zone = zone(ZoneUse.OPEN);
        emulated.toggleZoneOffline(zone.descriptor().index());
        long hit = epochs.fill(store, 450);

        demoteInTheEnd(hit);
        assertThat(epochs.unreadable(store)).isBetween(1, zone.liveSlabs() * StoredEpochs.OBJECTS_OF_A_SLAB);
        assertThat(epochs.unreadable(store, hit)).isZero();
        assertThat(condition(zone)).isEqualTo(ZoneCondition.OFFLINE);
        goesOn();
    }

    @Test
    void collectionMeetsZonesThatWentReadOnlyAndOffline() {
        long[] old = new long[5];
        for (int i = 0; i < old.length; i++) {
            old[i] = epochs.fillAndDemote(store, 2 * SLABS_OF_A_ZONE);
        }
        for (long epoch : old) {
            epochs.freeEveryOtherSlab(store, epoch);
        }
        ZoneMap.Entry readOnly = zone(ZoneUse.SEALED);
        emulated.toggleZoneReadOnly(readOnly.descriptor().index());
        ZoneMap.Entry offline = tier.zoneMap().zones().stream()
                .filter(zone -> zone.use() == ZoneUse.SEALED
                        && zone.liveSlabs() > 0
                        && zone.descriptor().index() != readOnly.descriptor().index())
                .findFirst()
                .orElseThrow();
        emulated.toggleZoneOffline(offline.descriptor().index());

        for (int i = 0; i < 6; i++) {
            long epoch = epochs.fillAndDemote(store, 200);
            assertThat(epochs.unreadable(store, epoch)).isZero();
        }
        assertThat(tier.statistics().collection().zonesCollected()).isPositive();
        assertThat(epochs.unreadable(store)).isBetween(1, offline.liveSlabs() * StoredEpochs.OBJECTS_OF_A_SLAB);
    }

    /** Demotes an epoch. A faulty zone may fail the demotion; the epoch stays then, and the next demotion takes it. */
    private void demoteInTheEnd(long epoch) {
        try {
            StoredEpochs.demote(store, epoch);
        } catch (ZnsSlabException e) {
            assertThat(epochs.unreadable(store, epoch)).isZero();
            StoredEpochs.demote(store, epoch);
        }
    }

    private ZoneCondition condition(ZoneMap.Entry zone) {
        return tier.device().report(zone.descriptor().index()).condition();
    }
}
