package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZonedDevice;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Devices larger than locations can address: shingled disks of 18 TB and more. */
class LargeDeviceTest {
    private static final int ZONE_BYTES = 256 << 20;
    private static final int ZONES = 67_056;
    private static final int CONVENTIONAL = 671;
    /** The shape of a device of 16 TiB. */
    private static final int USED = 1 << 16;

    @Test
    void areUsedUpToWhatLocationsNameAndSayItOnce() {
        int[] said = new int[1];
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord message) {
                said[0] += message.getMessage().contains("16 TiB") ? 1 : 0;
            }

            @Override
            public void flush() {
                // No byte is kept.
            }

            @Override
            public void close() {
                // No resource is held.
            }
        };
        Logger logger = Logger.getLogger(ZnsTierBuilder.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        // Another test in this JVM may have silenced the package.
        logger.setLevel(Level.WARNING);
        ZonedDevice device = new NullZonedDevice(FileGeometry.of(ZONE_BYTES, ZONES)
                .withConventionalZones(CONVENTIONAL)
                .withLimits(128, 0));
        try (ZnsTier tier = ZnsTier.builder(device).open();
                SlabAllocator store = SlabAllocator.builder()
                        .limitBytes(16 << 20)
                        .coldTier(tier)
                        .build()) {
            for (int i = 0; i < 1000; i++) {
                store.allocate(760, 0);
            }
            store.advanceEpoch();
            store.closeEpoch(0, Disposition.DEMOTE).join();

            assertThat(tier.statistics().liveSlabs()).isPositive();
            assertThat(tier.statistics().zones().free()).isBetween(USED - CONVENTIONAL - 4000, USED - CONVENTIONAL);
            ZoneMap.Entry beyond = tier.zoneMap().zones().get(USED);
            assertThat(beyond.use()).isEqualTo(ZoneUse.UNUSABLE);
            assertThat(beyond.descriptor().condition()).isEqualTo(ZoneCondition.EMPTY);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        }
        assertThat(said[0]).isOne();
    }
}
