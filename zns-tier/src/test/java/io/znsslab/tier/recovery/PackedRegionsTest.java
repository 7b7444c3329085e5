package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** How much room the log has for slabs with long bitmaps, on a device so large that it makes a difference. */
class PackedRegionsTest {
    private static final int ZONES = 240;
    private static final FileGeometry SHAPE = FileGeometry.of(64 << 10, ZONES).withLimits(14, 14);
    private static final int SLABS_OF_AN_EPOCH = 8;

    private final SimulatedMedium medium = new SimulatedMedium(SHAPE);
    private final Map<Long, Integer> objects = new LinkedHashMap<>();
    private ZnsTier tier;
    private SlabAllocator store;

    private void open() {
        tier = ZnsTier.builder(new SimulatedDevice(medium, SimulatedFaults.NONE, 1))
                .writeBytes(128 << 10)
                .open();
        store = SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build();
    }

    private static int regionZones(int bitmapWords) {
        return LogGeometry.regionZones(
                new SimulatedDevice(new SimulatedMedium(SHAPE), SimulatedFaults.NONE, 1).geometry(),
                4096,
                bitmapWords,
                0);
    }

    private long zonesOfTheLog() {
        return tier.zoneMap().zones().stream()
                .filter(zone -> zone.use() == ZoneUse.METADATA)
                .count();
    }

    /** Fills an epoch with objects of those sizes in turn, a slab's worth of them at a time, and demotes it. */
    private void demoteEpoch(int bytes) {
        long epoch = store.currentEpoch();
        List<Long> made = new ArrayList<>();
        for (int filled = 0; filled < SLABS_OF_AN_EPOCH * 4000; filled += bytes + made.size()) {
            // Each slab has another bitmap, so that no record stands for several of them.
            int size = bytes + made.size();
            long handle = store.allocate(size, epoch);
            store.resolve(handle).set(ValueLayout.JAVA_INT_UNALIGNED, size - 4, size);
            made.add(handle);
        }
        store.advanceEpoch();
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        for (int i = 0; i < made.size(); i++) {
            objects.put(made.get(i), bytes + i);
        }
    }

    private void requireAll() {
        objects.forEach((handle, bytes) -> {
            MemorySegment payload = store.resolve(handle);
            assertThat(payload).as("0x%x of %d bytes", handle, bytes).isNotNull();
            assertThat(payload.get(ValueLayout.JAVA_INT_UNALIGNED, bytes - 4L)).isEqualTo(bytes);
        });
    }

    @Test
    void regionsHaveMoreZonesOnceThereIsAPackedSlabAndNoSooner() {
        int narrow = regionZones(1);
        int wide = regionZones(4);
        assertThat(wide).isGreaterThan(narrow);
        open();
        demoteEpoch(500);
        store.close();
        open();
        assertThat(zonesOfTheLog()).isEqualTo(2L * narrow);
        demoteEpoch(1500);
        store.close();
        for (int opening = 0; opening < 2; opening++) {
            open();
            requireAll();
            store.close();
        }
        open();
        assertThat(zonesOfTheLog()).isEqualTo(2L * wide);
        requireAll();
        store.close();
    }

    @Test
    void theNextRegionOfARunHasMoreZonesOnceThereIsAPackedSlab() {
        open();
        demoteEpoch(500);
        long before = zonesOfTheLog();
        for (int epoch = 0; epoch < 2000 && zonesOfTheLog() == before; epoch++) {
            long number = store.currentEpoch();
            demoteEpoch(1500);
            store.closeEpoch(number, Disposition.DISCARD).join();
        }
        assertThat(before).isEqualTo(2L * regionZones(1));
        assertThat(zonesOfTheLog()).isGreaterThan(before);
        store.close();
    }

    @Test
    void aDeviceFullOfPackedSlabsHasALogThatHoldsThemAll() {
        open();
        int epochs = 0;
        try {
            while (epochs < ZONES * 15 / SLABS_OF_AN_EPOCH) {
                demoteEpoch(761);
                epochs++;
            }
            fail("%d epochs fit on the device", epochs);
        } catch (CompletionException e) {
            assertThat(e).cause().isInstanceOfSatisfying(DeviceException.class, full -> {
                assertThat(full.problem()).isEqualTo(DeviceException.Problem.FULL);
                assertThat(full).hasMessageNotContaining("the log of");
            });
        }
        store.close();
        open();

        assertThat(tier.recovery().losses()).isEmpty();
        assertThat(tier.recovery().epochs()).isEqualTo(epochs);
        assertThat(tier.recovery().slabs()).isGreaterThan(ZONES * 15L * 7 / 10);
        store.close();
    }
}
