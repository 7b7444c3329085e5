package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.LogBlockLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.staging.StagingBuffers;

/**
 * Distinguishes zones of the log that have lost both copies of their superblock from zones that never got them: without
 * this class an opening would pass over a region that counts for an older one, without a word. A power cut may tear the
 * first write to a zone; but when a block of the log in the zone says that a block in the same zone was durable, the
 * superblock before them was, too. For one thread.
 */
final class NamelessZones implements AutoCloseable {
    private static final int BLOCK = LogBlockLayout.BLOCK_BYTES;
    private static final int PIECE_BYTES = 1 << 20;

    private final ZonedDevice device;
    private final LogBlockLayout layout;
    private final StagingBuffers buffers;

    NamelessZones(ZonedDevice device, DeviceIdentity identity) {
        this.device = device;
        layout = new LogBlockLayout(identity);
        buffers = new StagingBuffers(
                1,
                Math.min(PIECE_BYTES, device.geometry().maxTransferBytes())
                        / LogGeometry.PAIR_BYTES
                        * LogGeometry.PAIR_BYTES);
    }

    /**
     * Whether the zone, which begins with no block of this store, holds blocks of that region of the log, or of a later
     * one, that were durable once.
     */
    boolean holdsLogSince(long region, ZoneDescriptor zone) {
        long end = zone.startBytes() + zone.writtenBytes() / BLOCK * BLOCK;
        for (long at = zone.startBytes() + LogGeometry.PAIR_BYTES; at < end; at += buffers.bufferBytes()) {
            int bytes = (int) Math.min(buffers.bufferBytes(), end - at);
            if (read(at, bytes) && holdsLogSince(region, zone, at, bytes)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsLogSince(long region, ZoneDescriptor zone, long offset, int bytes) {
        for (int at = 0; at < bytes; at += BLOCK) {
            long pair = (offset + at - zone.startBytes()) / LogGeometry.PAIR_BYTES;
            long first = zone.startBytes() + pair * LogGeometry.PAIR_BYTES;
            boolean ofLog = layout.isOfLog(buffers.view(0), at, first / SealedBlock.LOCATION_BYTES)
                    && LogBlockLayout.region(buffers.view(0), at) >= region;
            long firstOfZone = LogBlockLayout.sequence(buffers.view(0), at) - (pair - 1);
            if (ofLog && LogBlockLayout.durable(buffers.view(0), at) > firstOfZone) {
                return true;
            }
        }
        return false;
    }

    private boolean read(long offset, int bytes) {
        try {
            device.read(offset, buffers.buffer(0).asSlice(0, bytes));
            return true;
        } catch (DeviceException e) {
            // The opening reports a zone that can't be read as such.
            return false;
        }
    }

    @Override
    public void close() {
        buffers.close();
    }
}
