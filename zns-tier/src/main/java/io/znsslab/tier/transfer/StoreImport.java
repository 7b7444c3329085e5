package io.znsslab.tier.transfer;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZnsTierBuilder;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Reads an export into a store, in one of two ways: a device without a store takes the slabs over as they are, so that
 * <em>old handles stay valid</em>; a store that holds something gets copies of the objects, with new handles. Used
 * once, by one thread.
 */
public final class StoreImport {
    private final ExportReader reader;

    /**
     * Begins to read an export.
     *
     * @throws IOException if the stream can't be read
     * @throws DamagedExportException if no export begins there
     */
    public StoreImport(InputStream stream) throws IOException {
        reader = new ExportReader(Objects.requireNonNull(stream, "stream must not be null"));
    }

    /** What the export says of the store that it was made of. */
    public ExportHeader header() {
        return reader.header();
    }

    /**
     * Formats a device, and puts the exported slabs there as they were: their handles resolve in an allocator of the
     * same shape and handle format that is opened on the device. New slab ids and epochs go on above those of the
     * exported store.
     *
     * <p>All or nothing: if the export turns out to be damaged, or the device too small, an empty store is left.
     *
     * <p>Memory: some 150 bytes for each slab.
     *
     * @param replace whether to replace what the device holds
     * @throws IOException if the stream can't be read
     * @throws DamagedExportException if the export is damaged
     * @throws DeviceException if the device can't be opened, holds something and {@code replace} is false, or is too
     *     small
     */
    public TransferReport keepHandles(Path device, boolean replace) throws IOException {
        return keepHandles(device, replace, builder -> builder);
    }

    /**
     * As {@link #keepHandles(Path, boolean)}, by a tier of the caller's choice.
     *
     * @param options sets options of the tier that writes, such as {@link ZnsTierBuilder#parallelZones}
     * @throws IOException if the stream can't be read
     * @throws DamagedExportException if the export is damaged
     * @throws DeviceException if the device can't be opened, holds something and {@code replace} is false, or is too
     *     small
     */
    public TransferReport keepHandles(Path device, boolean replace, UnaryOperator<ZnsTierBuilder> options)
            throws IOException {
        Objects.requireNonNull(options, "options must not be null");
        ZonedDevice opened = ZonedDevice.open(device);
        ZnsTier tier;
        try {
            requireUnused(opened, replace);
            tier = options.apply(ZnsTier.builder(opened))
                    .force(replace)
                    .goOnFrom(header().slabIdsBelow(), header().epochsBelow())
                    .open();
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
        boolean done = false;
        try {
            TransferReport report;
            try (tier;
                    ImportedSlabs slabs = new ImportedSlabs(header())) {
                tier.attach(slabs);
                report = reader.read(slabs.demotingTo(tier));
                slabs.demoteTheRest(tier);
            }
            done = true;
            return report;
        } finally {
            if (!done) {
                leaveNothing(device);
            }
        }
    }

    private static void requireUnused(ZonedDevice device, boolean replace) {
        if (!replace && ZnsTier.storeOn(device).isPresent()) {
            throw new DeviceException(
                    DeviceException.Problem.FOREIGN,
                    "device " + device.name() + " has a store already: an import that keeps handles formats the device,"
                            + " and has to be told to replace it");
        }
    }

    private static void leaveNothing(Path device) {
        ZnsTier.builder(ZonedDevice.open(device)).force(true).open().close();
    }

    /**
     * Allocates a copy of each exported object, in epochs with the labels and lifetimes of the exported ones, which
     * expire when those do and are demoted one after the other. An epoch is in memory as a whole until it is demoted.
     *
     * <p>If this throws, the epochs that were copied before are there.
     *
     * @param map gets the old and the new handle of each object
     * @throws IOException if the stream can't be read
     * @throws DamagedExportException if the export is damaged
     * @throws ZnsSlabException if the allocator has no room for an object or an epoch
     */
    public TransferReport copyInto(SlabAllocator allocator, HandleMap map) throws IOException {
        Objects.requireNonNull(allocator, "allocator must not be null");
        Objects.requireNonNull(map, "map must not be null");
        Copying copying = new Copying(allocator, map);
        TransferReport report = reader.read(copying);
        copying.endEpoch();
        return report;
    }

    /** Copies objects into epochs of their own. */
    private static final class Copying implements ExportReader.Contents {
        private static final long NO_EPOCH = -1;

        private final SlabAllocator allocator;
        private final HandleMap map;
        private long epoch = NO_EPOCH;
        private long expiresMillis = ColdEpoch.NO_EXPIRY;

        Copying(SlabAllocator allocator, HandleMap map) {
            this.allocator = allocator;
            this.map = map;
        }

        @Override
        public void epoch(ExportReader.Epoch exported) {
            endEpoch();
            epoch = allocator.advanceEpoch(exported.label(), exported.lifetime());
            expiresMillis = exported.expiresMillis();
        }

        void endEpoch() {
            if (epoch != NO_EPOCH) {
                allocator.advanceEpoch();
                // Not before: one whose time is over is discarded at once.
                if (expiresMillis != ColdEpoch.NO_EXPIRY) {
                    allocator.discardAt(epoch, Instant.ofEpochMilli(expiresMillis));
                }
                allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
                epoch = NO_EPOCH;
            }
        }

        @Override
        public void slab(ExportReader.Slab slab, byte[] frame) {
            for (ExportReader.Placed object : slab.objects()) {
                int from = slab.bytesAt() + object.payloadOffset();
                byte[] payload = Arrays.copyOfRange(frame, from, from + object.payloadBytes());
                long copied = allocator.allocateFrom(payload, epoch);
                if (!Handle.isHandle(copied)) {
                    throw new ZnsSlabException("an object of " + payload.length + " bytes can't be copied: "
                            + (copied == Handle.ARENA_FULL
                                    ? "the memory of the allocator is full; give it a higher limit"
                                    : "the allocator has no slab ids left"));
                }
                map.copied(object.handle(), copied);
            }
        }
    }
}
