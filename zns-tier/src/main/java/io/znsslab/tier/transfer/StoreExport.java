package io.znsslab.tier.transfer;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.inspect.EpochContents;
import io.znsslab.tier.inspect.ObjectPlace;
import io.znsslab.tier.inspect.SlabContents;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.inspect.VerifyProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes epochs of a store as a stream; see the package's description. Used once, by one thread. */
public final class StoreExport {
    private final StoreInspection inspection;
    private final boolean skipsDamage;
    private final VerifyProgress progress;
    private OutputStream to = OutputStream.nullOutputStream();
    private final Frame buffer = new Frame();
    private final ByteBuffer frame = buffer.begin();
    // As the first thing that write() does.
    @SuppressWarnings("NullAway.Init")
    private StoreOverview.Shape shape;

    private long sequence;
    private long bytes;
    private long epochs;
    private long slabs;
    private long objects;
    private long damagedSlabs;
    private long damagedObjects;

    /**
     * Makes an export of a store.
     *
     * @param skipsDamage whether to leave out slabs that can't be read, instead of giving up at the first
     * @param progress receives each slab
     */
    public StoreExport(StoreInspection inspection, boolean skipsDamage, VerifyProgress progress) {
        this.inspection = Objects.requireNonNull(inspection, "inspection must not be null");
        this.progress = Objects.requireNonNull(progress, "progress must not be null");
        this.skipsDamage = skipsDamage;
    }

    /**
     * Writes the epochs of these numbers, all if there are none. The stream is flushed, and stays open.
     *
     * @throws IOException if the stream can't be written
     * @throws CorruptSlabException at the first slab that is damaged, unless those are left out
     * @throws ZnsSlabException if there is no epoch of a number, or the store has lost its shape
     */
    public TransferReport write(Set<Long> numbers, OutputStream stream) throws IOException {
        to = Objects.requireNonNull(stream, "stream must not be null");
        StoreOverview overview = inspection.overview();
        StoreOverview.Shape known = overview.shape();
        if (known == null) {
            throw new ZnsSlabException(
                    "the store on " + overview.device() + " can't be exported: it has never held anything");
        }
        shape = known;
        Map<Long, EpochContents> wanted = inspection.epochs().stream()
                .filter(epoch -> epoch.state() == EpochContents.State.COLD)
                .filter(epoch -> numbers.isEmpty() || numbers.contains(epoch.number()))
                .collect(Collectors.toMap(EpochContents::number, Function.identity()));
        for (long number : numbers) {
            if (!wanted.containsKey(number)) {
                throw new ZnsSlabException("epoch " + number + " is not on " + overview.device()
                        + ": `store epochs` lists those that are");
            }
        }
        writeHeader(overview);
        writeEpochs(wanted);
        begin().putLong(epochs).putLong(slabs).putLong(objects);
        end(Frame.END);
        to.flush();
        return new TransferReport(epochs, slabs, objects, bytes, damagedSlabs, damagedObjects);
    }

    private ByteBuffer begin() {
        return buffer.begin();
    }

    private void end(byte kind) throws IOException {
        int length = buffer.seal(kind, sequence++);
        to.write(buffer.bytes(), 0, length);
        bytes += length;
    }

    private void writeHeader(StoreOverview overview) throws IOException {
        begin().putInt(Frame.VERSION)
                .putInt(shape.handles() == HandleFormat.COMPACT ? 1 : 2)
                .putInt(shape.slabBytes())
                .putInt(shape.slotBytes().size());
        shape.slotBytes().forEach(frame::putInt);
        frame.putLong(overview.store().id().getMostSignificantBits())
                .putLong(overview.store().id().getLeastSignificantBits())
                .putLong(Instant.now().getEpochSecond())
                .putLong(overview.slabIdsBelow())
                .putLong(overview.epochsBelow());
        end(Frame.HEADER);
    }

    private void writeEpochs(Map<Long, EpochContents> wanted) throws IOException {
        long all = wanted.values().stream().mapToLong(EpochContents::slabs).sum();
        long[] last = {-1};
        IOException[] failure = {null};
        long[] done = {0};
        inspection.slabs(slab -> {
            EpochContents epoch = wanted.get(slab.epoch());
            if (epoch == null || failure[0] != null) {
                return;
            }
            try {
                if (slab.epoch() != last[0]) {
                    last[0] = slab.epoch();
                    write(epoch);
                }
                write(slab);
            } catch (IOException e) {
                failure[0] = e;
                return;
            }
            done[0]++;
            progress.verified(done[0] * shape.slabBytes(), all * shape.slabBytes());
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private void write(EpochContents epoch) throws IOException {
        byte[] label = epoch.label().getBytes(StandardCharsets.UTF_8);
        Instant expires = epoch.expires();
        begin().putLong(epoch.number())
                .putLong(requireNonNull(epoch.opened()).toEpochMilli())
                .putLong(epoch.slabs())
                .putInt(epoch.lifetime().code())
                .putLong(expires == null ? ColdEpoch.NO_EXPIRY : expires.toEpochMilli())
                .putInt(label.length)
                .put(label);
        end(Frame.EPOCH);
        epochs++;
    }

    private void write(SlabPlace slab) throws IOException {
        SlabContents contents;
        try {
            contents = inspection.contents(slab.slabId());
        } catch (CorruptSlabException e) {
            if (!skipsDamage) {
                throw e;
            }
            damagedSlabs++;
            damagedObjects += slab.objects();
            return;
        }
        List<ObjectPlace> live = contents.objects();
        if (live.isEmpty()) {
            return;
        }
        begin().putInt((int) slab.slabId())
                .putInt(slab.baseGeneration())
                .putInt(
                        slab.isPacked()
                                ? shape.slotBytes().size()
                                : shape.slotBytes().indexOf(slab.slotBytes()))
                .putInt(live.size());
        for (ObjectPlace object : live) {
            frame.putInt(object.slot())
                    .putInt((int) (object.payloadOffsetBytes() - slab.offsetBytes()))
                    .putInt(object.payloadBytes());
        }
        MemorySegment image = contents.image();
        image.asSlice(0, Frame.SLAB_HEADER_BYTES).fill((byte) 0);
        frame.put(image.asByteBuffer());
        end(Frame.SLAB);
        slabs++;
        objects += live.size();
    }
}
