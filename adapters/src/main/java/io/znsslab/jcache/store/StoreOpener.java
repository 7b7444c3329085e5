package io.znsslab.jcache.store;

import io.znsslab.core.DemotionPressure;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.cache.CacheException;

/** Opens the allocator of a store, on a device where the settings name one. */
final class StoreOpener {
    private static final int EPOCH_COUNT = 1 << 14;
    /** Above the first, closed epochs are demoted until no more memory is in use than the second. */
    private static final DemotionPressure PRESSURE = new DemotionPressure(75, 60);

    private static final int ZONES = 64;
    private static final long LEAST_ZONE_BYTES = 1 << 20;
    private static final long ZONE_STEP_BYTES = 1 << 16;

    private StoreOpener() {}

    /** @param evictionListener is told of epochs that a full device drops */
    static SlabAllocator open(StoreSettings settings, Consumer<ColdEpoch> evictionListener) {
        SlabAllocatorBuilder builder = SlabAllocator.builder()
                .limitBytes(settings.memoryBytes())
                .slabBytes(settings.slabBytes())
                .epochCount(EPOCH_COUNT)
                .evictionListener(evictionListener);
        settings.device()
                .ifPresent(path -> builder.coldTier(openTier(path, settings)).demoteUnderPressure(PRESSURE));
        SlabAllocator allocator = builder.build();
        // Each cache has epochs of its own.
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.RECLAIM).join();
        return allocator;
    }

    private static ZnsTier openTier(Path path, StoreSettings settings) {
        ZonedDevice device = openDevice(path, settings.deviceBytes());
        try {
            return ZnsTier.builder(device)
                    .whenFull(FullDevicePolicy.EVICT_OLDEST)
                    .backlogBytes(settings.memoryBytes() / 4)
                    .open();
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    private static ZonedDevice openDevice(Path path, long bytes) {
        if (Files.exists(path)) {
            return ZonedDevice.open(path);
        }
        if (bytes == 0) {
            throw new CacheException("there is no device " + path
                    + " for a cache manager: give device-size, such as 1GiB, to have a file made there");
        }
        long zone = Math.max(LEAST_ZONE_BYTES, bytes / ZONES / ZONE_STEP_BYTES * ZONE_STEP_BYTES);
        return FileZonedDevice.create(path, FileGeometry.of(zone, (int) Math.max(1, bytes / zone)));
    }
}
