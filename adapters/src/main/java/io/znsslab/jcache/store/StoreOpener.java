package io.znsslab.jcache.store;

import io.znsslab.core.DemotionPressure;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Opens the allocator of a store, on a device where the settings name one. */
final class StoreOpener {
    private static final int EPOCH_COUNT = 1 << 14;
    /** Above the first, closed epochs are demoted until no more memory is in use than the second. */
    private static final DemotionPressure PRESSURE = new DemotionPressure(75, 60);

    /** The share of the memory for what is read from the device. */
    private static final int READ_CACHE_SHARE = 8;

    /** Beyond it the oldest epochs are evicted, before the device itself drops some. */
    private static final int FILLED_PERCENT = 80;
    /** About as many have no entries. */
    private static final int LOG_ZONES = 6;

    private static final int ZONES = 64;
    private static final long LEAST_ZONE_BYTES = 1 << 20;
    private static final long ZONE_STEP_BYTES = 1 << 16;

    private StoreOpener() {}

    /**
     * What was opened.
     *
     * @param tier null without a device
     * @param capacityBytes of entries, for which there is room
     */
    record Opened(SlabAllocator allocator, @Nullable ZnsTier tier, long capacityBytes) {}

    /** @param evictionListener called for each epoch that a full device drops */
    static Opened open(StoreSettings settings, Consumer<ColdEpoch> evictionListener) {
        SlabAllocatorBuilder builder =
                SlabAllocator.builder().slabBytes(settings.slabBytes()).epochCount(EPOCH_COUNT);
        if (settings.device().isEmpty()) {
            return built(builder.limitBytes(settings.memoryBytes()), null, settings.memoryBytes());
        }
        ZnsTier tier = openTier(settings.device().get(), settings);
        DeviceGeometry geometry = tier.device().geometry();
        builder.limitBytes(settings.memoryBytes() - readCacheBytes(settings))
                .coldTier(tier)
                .demoteUnderPressure(PRESSURE)
                .evictionListener(evictionListener);
        return built(builder, tier, geometry.zoneCapacityBytes() * Math.max(1, geometry.zoneCount() - LOG_ZONES));
    }

    private static Opened built(SlabAllocatorBuilder builder, @Nullable ZnsTier tier, long bytes) {
        SlabAllocator allocator = builder.build();
        // Each cache has epochs of its own.
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.RECLAIM).join();
        return new Opened(allocator, tier, bytes / 100 * FILLED_PERCENT);
    }

    private static long readCacheBytes(StoreSettings settings) {
        return settings.memoryBytes() / READ_CACHE_SHARE;
    }

    private static ZnsTier openTier(Path path, StoreSettings settings) {
        ZonedDevice device = openDevice(path, settings.deviceBytes());
        try {
            return ZnsTier.builder(device)
                    .whenFull(FullDevicePolicy.EVICT_OLDEST)
                    .backlogBytes(settings.memoryBytes() / 4)
                    .readCacheBytes(readCacheBytes(settings))
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
