package io.znsslab.tier.simulation;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;

/** A store on a simulated device, so small that a test can make thousands of them. */
final class Store implements AutoCloseable {
    static final int ZONE_BYTES = 64 << 10;
    static final int ZONES = 16;

    private static final int SUPERBLOCK = 0x534C535A;
    private static final int INCARNATION_OFFSET = 40;

    final SimulatedDevice device;
    final ZnsTier tier;
    final SlabAllocator allocator;

    private Store(SimulatedDevice device, ZnsTier tier, SlabAllocator allocator) {
        this.device = device;
        this.tier = tier;
        this.allocator = allocator;
    }

    static SimulatedMedium newMedium() {
        return new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(8, 9));
    }

    /** A device with so few partly written zones that the log does not write two regions at a time. */
    static SimulatedMedium newMediumOfFewActiveZones() {
        return new SimulatedMedium(FileGeometry.of(ZONE_BYTES, ZONES).withLimits(4, 5));
    }

    /** The zone whose superblock names the highest region of the log; -1 if no zone has one. */
    static int zoneOfNewestRegion(SimulatedMedium medium) {
        int newest = -1;
        long region = -1;
        FileGeometry shape = medium.shape();
        for (int zone = 0; zone < shape.zoneCount(); zone++) {
            ByteBuffer block =
                    ByteBuffer.wrap(medium.contents(zone * shape.zoneBytes())).order(ByteOrder.LITTLE_ENDIAN);
            if (block.getInt(0) == SUPERBLOCK && block.getLong(INCARNATION_OFFSET) > region) {
                region = block.getLong(INCARNATION_OFFSET);
                newest = zone;
            }
        }
        return newest;
    }

    /** Opens the store on the medium; formats an empty medium. A store that can't be opened is closed. */
    static Store open(SimulatedMedium medium, SimulatedFaults faults, long seed) {
        return open(new SimulatedDevice(medium, faults, seed));
    }

    /** Opens the store on an existing device. */
    static Store open(SimulatedDevice device) {
        return open(device, ErrorPolicy.FAIL);
    }

    /** Opens the store on an existing device; may permit it to go on without damaged parts. */
    static Store open(SimulatedDevice device, ErrorPolicy policy) {
        return open(device, policy, tier -> tier, HandleFormat.WIDE);
    }

    /** Formats the device, whatever it contains. */
    static Store formatAnew(SimulatedDevice device) {
        return open(device, ErrorPolicy.FAIL, tier -> tier, HandleFormat.WIDE, true);
    }

    /** Formats the device, with a wrapper between the allocator and its tier. */
    static Store open(
            SimulatedDevice device, ErrorPolicy policy, UnaryOperator<ColdTier> between, HandleFormat handles) {
        return open(device, policy, between, handles, false);
    }

    private static Store open(
            SimulatedDevice device,
            ErrorPolicy policy,
            UnaryOperator<ColdTier> between,
            HandleFormat handles,
            boolean force) {
        ZnsTier tier = null;
        try {
            tier = ZnsTier.builder(device)
                    .parallelZones(2)
                    .writeBytes(128 << 10)
                    .readDepth(8)
                    .onErrors(policy)
                    .force(force)
                    .open();
            SlabAllocator allocator = SlabAllocator.builder()
                    .limitBytes(24 << 20)
                    .sizeClasses(64, 128, 256, 768)
                    .epochCount(64)
                    .handleFormat(handles)
                    .coldTier(between.apply(tier))
                    .build();
            return new Store(device, tier, allocator);
        } catch (RuntimeException | Error e) {
            if (tier != null) {
                tier.close();
            }
            device.close();
            // A medium is free for the next device once its device is closed or has ended.
            device.end(SimulatedFault.KILL);
            throw e;
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}
