package io.znsslab.cli.store;

import io.znsslab.cli.config.StoreSettings;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.StoreOverview;
import java.nio.file.Path;

/**
 * Opens the store on a device for a command that changes it, as the user's settings say, with an allocator of the
 * store's own shape: slabs, size classes and handles of another one would not fit, whatever the settings are.
 */
final class StoreAllocator {
    /** Address space; memory is used as objects are. */
    private static final long LIMIT_BYTES = 8L << 30;

    private StoreAllocator() {}

    /** Opens the store, which the allocator closes. */
    static SlabAllocator open(Path path, StoreOverview.Shape shape, StoreSettings settings) {
        return over(openTier(path, settings), shape, settings);
    }

    /** Opens the tier alone. */
    static ZnsTier openTier(Path path, StoreSettings settings) {
        ZonedDevice device = ZonedDevice.open(path);
        try {
            return settings.open(settings.applyTo(ZnsTier.builder(device)));
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    /**
     * An allocator over an open tier, which the allocator closes.
     *
     * @param shape null for that of the settings, where the store names none: it never held a slab
     */
    static SlabAllocator over(ZnsTier tier, StoreOverview.Shape shape, StoreSettings settings) {
        try {
            SlabAllocatorBuilder builder =
                    settings.applyTo(SlabAllocator.builder().limitBytes(LIMIT_BYTES));
            if (shape != null) {
                builder.slabBytes(shape.slabBytes())
                        .sizeClasses(shape.slotBytes().stream()
                                .mapToInt(Integer::intValue)
                                .toArray())
                        .handleFormat(shape.handles());
            }
            return settings.build(builder.coldTier(tier));
        } catch (RuntimeException | Error e) {
            tier.close();
            throw e;
        }
    }
}
