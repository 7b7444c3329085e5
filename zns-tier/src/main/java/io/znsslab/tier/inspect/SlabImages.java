package io.znsslab.tier.inspect;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.recovery.FoundStore;
import io.znsslab.tier.recovery.LoggedShape;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images of a store's live slabs: where they are, whether they are sound, what is in them. For one thread. */
final class SlabImages implements AutoCloseable {
    private static final int LARGEST_SLAB = 65536;

    private final ZonedDevice device;
    private final FoundStore store;
    private final @Nullable LoggedShape shape;
    private final @Nullable SlabImageLayout layout;
    private final @Nullable ImageObjects objects;
    private final StagingBuffers buffers = new StagingBuffers(1, LARGEST_SLAB);
    private final ColdImage slab = new ColdImage();

    SlabImages(ZonedDevice device, FoundStore store) {
        this.device = device;
        this.store = store;
        shape = store.shape();
        layout = shape == null ? null : new SlabImageLayout(store.newest().device(), shape);
        objects = shape == null ? null : new ImageObjects(shape);
    }

    /** The shape of slabs; null where the log names none, or none that an allocator has. */
    @Nullable
    LoggedShape shape() {
        return shape;
    }

    /** Whether images can be distinguished from other blocks: without a shape only the log can be looked at. */
    boolean areKnown() {
        return shape != null;
    }

    LoggedShape requireShape() {
        if (shape == null) {
            throw new DeviceException(
                    DeviceException.Problem.CORRUPT,
                    "slabs on " + device.name() + " can't be found: the store's log is damaged, and names no shape of"
                            + " slabs that an allocator has");
        }
        return shape;
    }

    ImageObjects inImages() {
        return requireNonNull(objects);
    }

    boolean isPacked(int sizeClass) {
        return shape != null && sizeClass == shape.packedClass();
    }

    /** Bytes of the slots of live objects; of a packed slab, all from the first one on. */
    long liveBytes(ColdImage image) {
        if (shape == null) {
            return 0;
        }
        int count = 0;
        int first = -1;
        for (int word = 0; word < image.live.length; word++) {
            count += Long.bitCount(image.live[word]);
            if (first < 0 && image.live[word] != 0) {
                first = word * Long.SIZE + Long.numberOfTrailingZeros(image.live[word]);
            }
        }
        int slots = isPacked(image.sizeClass) && first >= 0 ? shape.slots(image.sizeClass) - first : count;
        return (long) slots * shape.slotBytes(image.sizeClass);
    }

    SlabPlace placeOf(int index) {
        store.describe(index, slab);
        return new SlabPlace(
                slab.slabId,
                slab.epoch,
                true,
                isPacked(slab.sizeClass),
                requireShape().slotBytes(slab.sizeClass),
                slab.baseGeneration,
                store.zoneOf(slab.location),
                slab.location * SealedBlock.LOCATION_BYTES,
                store.objects(index));
    }

    /** Why what is at {@code at} is not the image of that slab; null if it is. */
    @Nullable
    Mismatch check(ByteBuffer view, int at, ColdImage of) {
        Mismatch mismatch = requireNonNull(layout)
                .check(view, at, of.location, store.incarnation(store.zoneOf(of.location)), of.slabId, of.sizeClass);
        return mismatch == null && SlabImageLayout.epoch(view, at) != of.epoch ? Mismatch.FIELDS : mismatch;
    }

    /** Reads the image into the buffer. Returns why it is not sound; null if it is. */
    @Nullable
    Mismatch load(int index) {
        loadUnchecked(index);
        return check(buffers.view(0), 0, slab);
    }

    private void loadUnchecked(int index) {
        store.describe(index, slab);
        device.read(
                slab.location * SealedBlock.LOCATION_BYTES,
                buffers.buffer(0).asSlice(0, requireShape().slabBytes()));
    }

    private void loadSound(int index) {
        Mismatch mismatch = load(index);
        if (mismatch != null) {
            throw new CorruptSlabException(device.name(), slab.slabId, slab.location, mismatch);
        }
    }

    /** The image that was loaded last. */
    MemorySegment image() {
        return buffers.buffer(0).asSlice(0, requireShape().slabBytes());
    }

    /** The slab whose image was loaded last. */
    ColdImage loaded() {
        return slab;
    }

    /** The bytes of the image that was loaded last. */
    byte[] loadedBytes() {
        return image().toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] read(int index) {
        loadSound(index);
        return loadedBytes();
    }

    byte[] readUnchecked(int index) {
        loadUnchecked(index);
        return loadedBytes();
    }

    List<ObjectPlace> objects(int index) {
        loadSound(index);
        List<ObjectPlace> all = new ArrayList<>();
        inImages().forEachLive(image(), slab, (slot, object) -> {
            if (object != null) {
                all.add(object);
            }
        });
        return all;
    }

    /** The payload of an object that is in the slab. */
    byte[] payload(int index, long handle) {
        loadSound(index);
        ObjectPlace object =
                requireNonNull(inImages().place(image(), slab, inImages().slotOf(handle)));
        long at = object.payloadOffsetBytes() - slab.location * SealedBlock.LOCATION_BYTES;
        return image().asSlice(at, object.payloadBytes()).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        buffers.close();
    }
}
