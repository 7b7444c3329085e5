package io.znsslab.tier.simulation;

import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;

/** A store on a simulated device, small enough to be made thousands of times. */
final class Store implements AutoCloseable {
    static final int ZONE_BYTES = 64 << 10;
    static final int ZONES = 16;

    final SimulatedDevice device;
    final ZnsTier tier;
    final SlabAllocator allocator;

    private Store(SimulatedDevice device, ZnsTier tier, SlabAllocator allocator) {
        this.device = device;
        this.tier = tier;
        this.allocator = allocator;
    }

    static SimulatedMedium newMedium() {
        return new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(4, 5));
    }

    /** Opens what is on the medium; formats an empty one. What could not be opened is closed. */
    static Store open(SimulatedMedium medium, SimulatedFaults faults, long seed) {
        return open(new SimulatedDevice(medium, faults, seed));
    }

    /** The same on a device that is there already. */
    static Store open(SimulatedDevice device) {
        return open(device, ErrorPolicy.FAIL);
    }

    /** The same, which may go on without what is damaged. */
    static Store open(SimulatedDevice device, ErrorPolicy policy) {
        ZnsTier tier = null;
        try {
            tier = ZnsTier.builder(device)
                    .parallelZones(2)
                    .writeBytes(128 << 10)
                    .readDepth(8)
                    .onErrors(policy)
                    .open();
            SlabAllocator allocator = SlabAllocator.builder()
                    .limitBytes(16 << 20)
                    .sizeClasses(64, 128, 256, 768)
                    .epochCount(64)
                    .coldTier(tier)
                    .build();
            return new Store(device, tier, allocator);
        } catch (RuntimeException | Error e) {
            if (tier != null) {
                tier.close();
            }
            device.close();
            // A medium is free for the next once its device is closed or has ended.
            device.end(SimulatedFault.KILL);
            throw e;
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}
