package io.znsslab.cli.store;

import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.StoreOverview;
import java.nio.file.Path;

/** Opens the store on a device for a command that changes it, with an allocator of the store's own shape. */
final class StoreAllocator {
    /** Address space; memory is used as objects are. */
    private static final long LIMIT_BYTES = 8L << 30;

    private StoreAllocator() {}

    /** Opens the store, which the allocator closes. */
    static SlabAllocator open(Path path, StoreOverview.Shape shape) {
        ZonedDevice device = ZonedDevice.open(path);
        ZnsTier tier;
        try {
            tier = ZnsTier.builder(device).open();
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
        return over(tier, shape);
    }

    /** An allocator over an open tier, which the allocator closes. */
    static SlabAllocator over(ZnsTier tier, StoreOverview.Shape shape) {
        try {
            return SlabAllocator.builder()
                    .limitBytes(LIMIT_BYTES)
                    .slabBytes(shape.slabBytes())
                    .sizeClasses(shape.slotBytes().stream()
                            .mapToInt(Integer::intValue)
                            .toArray())
                    .handleFormat(shape.handles())
                    .coldTier(tier)
                    .build();
        } catch (RuntimeException | Error e) {
            tier.close();
            throw e;
        }
    }
}
