package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.format.CorruptSlabException;
import io.znsslab.tier.format.Mismatch;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.SlabMovedException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** One read of a slab with the buffer it goes through. Used again and again; by one thread at a time. */
abstract class SlabRead extends IoRequest {
    private final ReadSource source;
    private final SlabImageLayout layout;
    private final MemorySegment buffer;
    private final ByteBuffer view;

    private long slabId;
    private int sizeClass;
    private long location;
    private int zone;
    private MemorySegment destination;

    SlabRead(ReadSource source, MemorySegment buffer, ByteBuffer view) {
        this.source = source;
        this.buffer = buffer.asSlice(0, source.slabBytes());
        this.view = view;
        layout = new SlabImageLayout(source.identity(), source.slabBytes());
    }

    /**
     * Makes it the read of that slab and announces it to the zone.
     *
     * @return null, or why the slab can't be read from there; then nothing was announced
     */
    final ZnsSlabException prepare(long ofSlabId, int ofSizeClass, long atLocation, MemorySegment into) {
        long locations = source.device().geometry().sizeBytes() / SealedBlock.LOCATION_BYTES;
        if (atLocation < 0 || atLocation >= locations) {
            return new ZnsSlabException("slab " + ofSlabId + " can't be read from location " + atLocation + ": "
                    + source.device().name() + " has " + locations + " locations");
        }
        slabId = ofSlabId;
        sizeClass = ofSizeClass;
        location = atLocation;
        destination = into;
        zone = source.table().zoneOf(atLocation);
        if (!source.table().beginRead(zone)) {
            destination = null;
            return new SlabMovedException(source.device().name(), slabId, location);
        }
        read(location * SealedBlock.LOCATION_BYTES, buffer);
        return null;
    }

    /** Checks what arrived and passes it on. Returns null when all is well. */
    private ZnsSlabException verdict(DeviceException failure) {
        ReadCounters counters = source.counters();
        if (failure != null) {
            counters.failedReads.increment();
            return failure;
        }
        counters.bytesRead.add(buffer.byteSize());
        Mismatch mismatch = layout.check(view, 0, location, source.table().life(zone), slabId, sizeClass);
        if (mismatch != null) {
            counters.corruptSlabs.increment();
            return new CorruptSlabException(source.device().name(), slabId, location, mismatch);
        }
        MemorySegment.copy(buffer, 0, destination, 0, buffer.byteSize());
        counters.slabsRead.increment();
        return null;
    }

    @Override
    protected final void completed(DeviceException failure) {
        ZnsSlabException verdict;
        try {
            verdict = verdict(failure);
        } catch (RuntimeException e) {
            // The destination does not take a slab: closed, read-only or too small.
            verdict = new ZnsSlabException(
                    "slab " + slabId + " was read from location " + location + " of "
                            + source.device().name() + ", but could not be copied to its destination: "
                            + e.getMessage(),
                    e);
        }
        destination = null;
        source.table().endRead(zone);
        ended(verdict);
    }

    /** Ends a prepared read that never got to the device. */
    final void abort(ZnsSlabException reason) {
        destination = null;
        source.table().endRead(zone);
        ended(reason);
    }

    /** The read is over; the destination holds the slab if {@code verdict} is null. */
    abstract void ended(ZnsSlabException verdict);
}
