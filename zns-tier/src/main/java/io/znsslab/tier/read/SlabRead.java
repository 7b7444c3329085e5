package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.SlabMovedException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One read of a slab with its staging buffer. Reused; by one thread at a time.
 *
 * <p>A slab that is larger than what the device transfers at once is read in pieces, one after the other.
 */
abstract class SlabRead extends IoRequest {
    private final ReadSource source;
    private final SlabImageLayout layout;
    private final MemorySegment buffer;
    private final ByteBuffer view;
    private final IoQueue queue;
    /** The parts of the buffer that are read one after the other, created once: a read allocates nothing. */
    private final MemorySegment[] pieces;

    private int piecesDone;
    private long slabId;
    private int sizeClass;
    private long location;
    private int zone;
    private long startedNanos;
    private MemorySegment destination;

    SlabRead(ReadSource source, MemorySegment buffer, ByteBuffer view, IoQueue queue) {
        this.source = source;
        this.queue = queue;
        this.buffer = buffer.asSlice(0, source.slabBytes());
        pieces = pieces(this.buffer, source.device().geometry().maxTransferBytes());
        this.view = view;
        layout = new SlabImageLayout(source.identity(), source.shape());
    }

    /**
     * Prepares the read of a slab and announces it to the zone.
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
        zone = source.table().zoneOf(atLocation);
        if (!source.table().beginRead(zone)) {
            return new SlabMovedException(source.device().name(), slabId, location);
        }
        destination = into;
        startedNanos = System.nanoTime();
        piecesDone = 0;
        preparePiece();
        return null;
    }

    private static MemorySegment[] pieces(MemorySegment buffer, int mostBytes) {
        MemorySegment[] all = new MemorySegment[Math.toIntExact((buffer.byteSize() + mostBytes - 1) / mostBytes)];
        for (int i = 0; i < all.length; i++) {
            long at = (long) i * mostBytes;
            all[i] = buffer.asSlice(at, Math.min(mostBytes, buffer.byteSize() - at));
        }
        return all;
    }

    private void preparePiece() {
        long at = pieces[piecesDone].address() - buffer.address();
        read(location * SealedBlock.LOCATION_BYTES + at, pieces[piecesDone]);
    }

    /** Submits the prepared read. */
    final void submit() {
        queue.submit(this);
    }

    final long location() {
        return location;
    }

    /**
     * Whether another read is of the same slab at the same location. Both are announced to the zone, so both are of the
     * same incarnation.
     */
    final boolean isOfSameSlab(SlabRead other) {
        return location == other.location && slabId == other.slabId && sizeClass == other.sizeClass;
    }

    @Override
    protected final void completed(DeviceException failure) {
        if (failure == null && ++piecesDone < pieces.length) {
            preparePiece();
            submit();
            return;
        }
        ZnsSlabException verdict = check(failure);
        passOn(verdict);
        finish(verdict, this);
    }

    /** Checks the bytes in the buffer. Returns null when they are the slab. */
    private ZnsSlabException check(DeviceException failure) {
        ReadCounters counters = source.counters();
        if (failure != null) {
            counters.failedReads.increment();
            return failure;
        }
        counters.bytesRead.add(buffer.byteSize());
        Mismatch mismatch = layout.check(view, 0, location, source.table().incarnation(zone), slabId, sizeClass);
        if (mismatch != null) {
            counters.corruptSlabs.increment();
            StoreEvents.checksumFailed(source.device().name(), zone, slabId, mismatch.explanation());
            return new CorruptSlabException(source.device().name(), slabId, location, mismatch);
        }
        return null;
    }

    /** Finishes the reads that joined this one with its outcome, by {@link #finish}. */
    void passOn(ZnsSlabException verdict) {
        // No read joins another unless a subclass lets it.
    }

    /** Ends the read with the outcome of {@code reader}, which is this read or one of the same slab. */
    final void finish(ZnsSlabException verdict, SlabRead reader) {
        ZnsSlabException outcome = verdict == null ? copy(reader.buffer) : verdict;
        destination = null;
        source.table().endRead(zone);
        long took = System.nanoTime() - startedNanos;
        source.counters().latency.record(took);
        StoreEvents.readEnded(source.device().name(), zone, slabId, took);
        ended(outcome);
    }

    private ZnsSlabException copy(MemorySegment checked) {
        try {
            MemorySegment.copy(checked, 0, destination, 0, checked.byteSize());
        } catch (RuntimeException e) {
            // The destination can't take a slab: it is closed, read-only or too small.
            return new ZnsSlabException(
                    "slab " + slabId + " was read from location " + location + " of "
                            + source.device().name() + ", but could not be copied to its destination: "
                            + e.getMessage(),
                    e);
        }
        source.counters().slabsRead.increment();
        return null;
    }

    /** Ends a prepared read that was never submitted. */
    final void abort(ZnsSlabException reason) {
        destination = null;
        source.table().endRead(zone);
        ended(reason);
    }

    /** Called when the read is over; the destination holds the slab if {@code verdict} is null. */
    abstract void ended(ZnsSlabException verdict);
}
