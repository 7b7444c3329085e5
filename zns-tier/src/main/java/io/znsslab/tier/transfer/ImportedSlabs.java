package io.znsslab.tier.transfer;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.Handle;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImageCursor;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.ZnsTier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Stands where an allocator stands above a tier while exported slabs are put on a device: knows each slab and where it
 * is, and has nothing in memory but the slabs of one batch. Thread-safe, as the tier's threads ask it.
 */
final class ImportedSlabs implements ColdSlabs, AutoCloseable {
    private static final int BATCH_BYTES = 4 << 20;

    private final ExportedShape shape;
    private final ExportHeader header;
    private final ImportedBatch batch;
    /** All slabs in the order of the export: one epoch after the other. */
    private final List<Imported> all = new ArrayList<>();

    private final Map<Long, Imported> byId = new HashMap<>();
    private final Set<Long> read = new HashSet<>();
    private final Map<Long, ColdEpoch> epochs = new HashMap<>();

    /** A slab; its location is 0 until it is on the device. */
    static final class Imported {
        final long slabId;
        final int sizeClass;
        final int baseGeneration;
        final boolean hasOneGeneration;
        final long epoch;
        final long[] live = new long[4];
        private long location;

        Imported(ExportReader.Slab slab, long epoch) {
            slabId = slab.id();
            sizeClass = slab.sizeClass();
            baseGeneration = slab.baseGeneration();
            hasOneGeneration = slab.objects().stream()
                    .allMatch(object -> Handle.decode(object.handle()).generation() == slab.baseGeneration());
            this.epoch = epoch;
            for (ExportReader.Placed object : slab.objects()) {
                live[object.slot() / Long.SIZE] |= 1L << object.slot();
            }
        }
    }

    ImportedSlabs(ExportHeader header) {
        this.header = header;
        shape = new ExportedShape(header);
        batch = new ImportedBatch(this, header.slabBytes(), BATCH_BYTES / header.slabBytes());
    }

    /** What puts all slabs on the device, batch after batch. */
    ExportReader.Contents demotingTo(ZnsTier tier) {
        return new ExportReader.Contents() {
            @Override
            public void epoch(ExportReader.Epoch epoch) {
                demoteTheRest(tier);
                batch.begin(epoch.number(), epoch.lifetime());
                // No slab of it is used again under its id: how far its generations have come is not in the export.
                add(new ColdEpoch(
                        epoch.number(),
                        epoch.label(),
                        epoch.openedMillis(),
                        epoch.lifetime(),
                        ColdEpoch.NO_GENERATION_LEFT,
                        epoch.expiresMillis()));
            }

            @Override
            public void slab(ExportReader.Slab slab, byte[] frame) {
                if (batch.isFull()) {
                    demoteTheRest(tier);
                }
                Imported imported = new Imported(slab, batch.epoch());
                if (!read.add(imported.slabId)) {
                    throw new DamagedExportException(
                            "the export contradicts itself: there are two slabs of id " + imported.slabId);
                }
                batch.add(imported, frame, slab.bytesAt());
            }
        };
    }

    private synchronized void add(ColdEpoch epoch) {
        if (epochs.putIfAbsent(epoch.number(), epoch) != null) {
            throw new DamagedExportException(
                    "the export contradicts itself: there are two epochs of number " + epoch.number());
        }
    }

    /** Puts the slabs that were read last on the device, and waits until they are durable there. */
    void demoteTheRest(ZnsTier tier) {
        if (batch.size() == 0) {
            return;
        }
        try {
            tier.demote(batch).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZnsSlabException cause ? cause : e;
        }
        batch.clear();
    }

    /** Notes that a slab is on the device. */
    synchronized void placed(Imported slab, long location) {
        slab.location = location;
        all.add(slab);
        byId.put(slab.slabId, slab);
    }

    @Override
    public SlabShape shape() {
        return shape;
    }

    @Override
    public synchronized boolean hasImageAt(long slabId, long location) {
        Imported slab = byId.get(slabId);
        return slab != null && slab.location == location;
    }

    @Override
    public synchronized int liveSlots(long slabId, long[] into) {
        Imported slab = byId.get(slabId);
        int count = 0;
        for (int word = 0; word < into.length; word++) {
            into[word] = slab == null || word >= slab.live.length ? 0 : slab.live[word];
            count += Long.bitCount(into[word]);
        }
        return count;
    }

    @Override
    public synchronized boolean relocated(long slabId, long from, long to) {
        if (!hasImageAt(slabId, from)) {
            return false;
        }
        requireNonNull(byId.get(slabId)).location = to;
        return true;
    }

    @Override
    public int evictOldestEpoch() {
        return 0;
    }

    /** The device was formatted for the import: there is nothing to take back. */
    @Override
    public ColdRestoration restoration() {
        return new ColdRestoration() {
            @Override
            public void goOn(long firstSlabId, long firstEpoch, long firstUnknown, int generation) {
                // The export says how far ids and epochs have come.
            }

            @Override
            public void reusable(long slabId, int generation) {
                throw new IllegalStateException("a device that was formatted has no slab id to use again");
            }

            @Override
            public void epoch(ColdEpoch epoch, long[] slabIds, int count) {
                throw new IllegalStateException("a device that was formatted holds no epoch");
            }

            @Override
            public void slab(ColdImage image) {
                throw new IllegalStateException("a device that was formatted holds no slab");
            }
        };
    }

    @Override
    public synchronized boolean describe(long slabId, ColdImage into) {
        Imported slab = byId.get(slabId);
        if (slab == null) {
            return false;
        }
        describe(slab, into);
        return true;
    }

    private static void describe(Imported slab, ColdImage into) {
        into.slabId = slab.slabId;
        into.sizeClass = slab.sizeClass;
        into.baseGeneration = slab.baseGeneration;
        into.hasOneGeneration = slab.hasOneGeneration;
        into.epoch = slab.epoch;
        into.location = slab.location;
        System.arraycopy(slab.live, 0, into.live, 0, into.live.length);
    }

    @Override
    public synchronized @Nullable ColdEpoch epoch(long number) {
        return epochs.get(number);
    }

    @Override
    public ColdImageCursor images() {
        return new ColdImageCursor() {
            private final ColdImage image = new ColdImage();
            private int next;
            private long epoch = -1;

            @Override
            public boolean show(ColdImages receiver, int most) {
                synchronized (ImportedSlabs.this) {
                    for (int i = 0; i < most && next < all.size(); i++) {
                        Imported slab = all.get(next++);
                        if (slab.epoch != epoch) {
                            epoch = slab.epoch;
                            receiver.epoch(requireNonNull(epochs.get(epoch)));
                        }
                        describe(slab, image);
                        receiver.image(image);
                    }
                    return next < all.size();
                }
            }
        };
    }

    @Override
    public long nextSlabId() {
        return header.slabIdsBelow();
    }

    @Override
    public long nextEpoch() {
        return header.epochsBelow();
    }

    @Override
    public int nextGeneration(long slabId) {
        return 0;
    }

    @Override
    public void close() {
        batch.close();
    }
}
