package io.znsslab.tier.inspect;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.IoMethod;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.recovery.FoundStore;
import io.znsslab.tier.recovery.LoggedShape;
import io.znsslab.tier.recovery.ZoneStarts;
import io.znsslab.tier.report.Loss;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store on a device, as its log says, to be looked at. Nothing is written to the device: no byte, no flush, no
 * command to a zone. For one thread.
 *
 * <p>Memory: for each slab, 17 bytes and the slab's bitmap, as while a store is opened; {@link #verify} takes 8 bytes
 * more for each.
 */
public final class StoreInspection implements AutoCloseable {
    /** How often a store that another process writes is read again, since it has moved on meanwhile. */
    private static final int ATTEMPTS = 5;

    private final ZonedDevice device;
    private final boolean ownsDevice;
    private final FoundStore store;
    private final SlabImages images;

    private StoreInspection(ZonedDevice device, boolean ownsDevice, FoundStore store) {
        this.device = device;
        this.ownsDevice = ownsDevice;
        this.store = store;
        images = new SlabImages(device, store);
    }

    /**
     * Opens the device at a path for reading and looks at the store on it. The permission to read is enough.
     *
     * <p>Another process may have the store open, and may write meanwhile: {@link StoreOverview#isInUse} says so. What
     * is shown then is the store as it was at one moment, up to what the other process had made durable. If the other
     * process reuses zones that were just being read, they are read again; and what is read later, such as an image,
     * may be gone by then, which looks like damage. {@link #verify} knows the difference.
     *
     * @throws DeviceException if there is no such device, if it can't be read, if it holds no store, one of another
     *     format version, or one whose zones are reused faster than they can be read
     */
    public static StoreInspection open(Path path) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            StoreInspection made = openOnce(path);
            if (made != null) {
                return made;
            }
        }
        throw new DeviceException(
                Problem.BUSY,
                "the store on " + path + " can't be inspected now: another process has it open, and reuses zones faster"
                        + " than they can be read; try again, or close it there first");
    }

    /** Looks once; null if another process has changed meanwhile what was read. */
    private static @Nullable StoreInspection openOnce(Path path) {
        ZonedDevice device = ZonedDevice.openReadOnly(path);
        StoreInspection made;
        try {
            made = new StoreInspection(device, true, find(device));
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
        boolean keeps = false;
        try {
            keeps = !device.isWrittenByOthers() || made.isUpToDate(path);
            return keeps ? made : null;
        } finally {
            if (!keeps) {
                made.close();
            }
        }
    }

    /**
     * Looks at the store on an open device, which stays its opener's: it is not closed with this object, and must not
     * change as long as this object is used.
     *
     * @throws DeviceException if the device holds no store, or one of another format version
     */
    public static StoreInspection of(ZonedDevice device) {
        Objects.requireNonNull(device, "device must not be null");
        return new StoreInspection(device, false, find(device));
    }

    private static FoundStore find(ZonedDevice device) {
        ZoneStarts starts = startsOf(device);
        if (starts.newest() == null) {
            starts.requireNoOtherVersion();
            throw new DeviceException(
                    Problem.FOREIGN,
                    "there is no store on device " + device.name() + ": no zone begins with a superblock of one");
        }
        starts.requireSameShape();
        return FoundStore.of(device, starts);
    }

    private static ZoneStarts startsOf(ZonedDevice device) {
        return new ZoneStarts(device, ZoneStarts.addressable(device, device.report()));
    }

    /** Whether all that was found on the device at that path can still be there. */
    boolean isUpToDate(Path path) {
        try (ZonedDevice now = ZonedDevice.openReadOnly(path)) {
            return store.isStillOn(startsOf(now));
        }
    }

    ZonedDevice device() {
        return device;
    }

    FoundStore store() {
        return store;
    }

    /**
     * How the device's transfers reach it in this process, as in a program that opened the store here.
     *
     * @throws DeviceException {@link DeviceException.Problem#NO_RING} if io_uring lacks memory or descriptors now
     */
    public IoMethod ioMethod() {
        return device.ioMethod();
    }

    /** Identity, state, log and totals. */
    public StoreOverview overview() {
        return StoreOverview.of(device, store, images);
    }

    /** What is gone, as an opening of the store would report it. */
    public List<Loss> losses() {
        return store.losses();
    }

    /** What each zone holds that the store can use, in their order. */
    public List<InspectedZone> zones() {
        return InspectedZone.of(store);
    }

    /** The epochs that have slabs on the device, by ascending numbers. */
    public List<EpochContents> epochs() {
        return EpochContents.of(store, images);
    }

    /**
     * The extents of a zone in the order in which they were written, as their summaries say, dead slabs included. The
     * summaries are read from the device. Empty for a zone that holds no slabs that count.
     *
     * @throws DeviceException if there is no such zone
     */
    public List<Extent> extents(int zone) {
        if (zone < 0 || zone >= store.zones().size()) {
            throw new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "zone " + zone + " does not exist: " + device.name() + " has "
                            + store.zones().size() + " zones");
        }
        return new ExtentWalk(device, store, images).extents(zone);
    }

    /** Shows all live slabs, one epoch after the other, by ascending ids. Reads nothing from the device. */
    public void slabs(Consumer<SlabPlace> receiver) {
        Objects.requireNonNull(receiver, "receiver must not be null");
        for (int index : store.slabs()) {
            receiver.accept(images.placeOf(index));
        }
    }

    /**
     * The live slab of that id.
     *
     * @throws ZnsSlabException saying why there is none
     */
    public SlabPlace slab(long slabId) {
        return images.placeOf(indexOf(slabId));
    }

    private int indexOf(long slabId) {
        int index = slabId > 0 && slabId < 1L << 30 ? store.indexOf(slabId) : -1;
        if (index < 0) {
            throw new ZnsSlabException(
                    "slab " + slabId + " is not on " + device.name() + ": " + HandleLookup.reasonOf(store, slabId));
        }
        return index;
    }

    /**
     * The live objects of a live slab, in the order of their slots. Reads the slab's image.
     *
     * @throws CorruptSlabException if the image is damaged
     * @throws ZnsSlabException if there is no such slab
     */
    public List<ObjectPlace> objects(long slabId) {
        int index = indexOf(slabId);
        return images.objects(index);
    }

    /**
     * A live slab's image as it is on the device, after its checksum and identity were checked.
     *
     * @throws CorruptSlabException if the image is damaged
     * @throws ZnsSlabException if there is no such slab
     */
    public byte[] image(long slabId) {
        return images.read(indexOf(slabId));
    }

    /**
     * A live slab's image with its live objects, by one read.
     *
     * @throws CorruptSlabException if the image is damaged
     * @throws ZnsSlabException if there is no such slab
     */
    public SlabContents contents(long slabId) {
        int index = indexOf(slabId);
        List<ObjectPlace> objects = images.objects(index);
        return new SlabContents(MemorySegment.ofArray(images.loadedBytes()), objects);
    }

    /**
     * The bytes where a live slab's image should be, whatever they are: for an examination of damage.
     *
     * @throws DeviceException if they can't be read at all
     * @throws ZnsSlabException if there is no such slab
     */
    public byte[] uncheckedImage(long slabId) {
        return images.readUnchecked(indexOf(slabId));
    }

    /**
     * The payload of a live object.
     *
     * @throws CorruptSlabException if its slab's image is damaged
     * @throws ZnsSlabException saying why there is no such object
     */
    public byte[] payload(long handle) {
        HandleTrace trace = trace(handle);
        if (trace.verdict() == HandleTrace.Verdict.DAMAGED) {
            return images.payload(indexOf(requireNonNull(trace.slab()).slabId()), handle);
        }
        if (trace.verdict() != HandleTrace.Verdict.LIVE) {
            throw new ZnsSlabException(
                    "0x%016x names no object on %s: %s".formatted(handle, device.name(), trace.reason()));
        }
        return images.payload(indexOf(requireNonNull(trace.slab()).slabId()), handle);
    }

    /**
     * Follows a handle to its object's place on the device, or to the reason why there is none. Reads the slab's image,
     * and the summary of its extent.
     */
    public HandleTrace trace(long handle) {
        return new HandleLookup(device, store, images).trace(handle);
    }

    /**
     * Reads everything that counts, and checks every checksum and identity: log and superblocks with their copies, zone
     * headers, extent summaries, the images of all live slabs, and the handles in them.
     *
     * @param bytesPerSecond the most bytes to read in a second; 0 for no limit
     * @param progress receives each piece
     * @throws IllegalArgumentException if the rate is negative
     * @throws ZnsSlabException if the thread was interrupted
     */
    public Verification verify(long bytesPerSecond, VerifyProgress progress) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytes per second %d: must be 0 or more".formatted(bytesPerSecond));
        }
        Objects.requireNonNull(progress, "progress must not be null");
        return new Verifier(this, images, new Pace(device.name(), bytesPerSecond, progress)).verify();
    }

    /** The shape of slabs that the log names; null if it names none. */
    @Nullable
    LoggedShape shape() {
        return images.shape();
    }

    @Override
    public void close() {
        try {
            images.close();
            store.close();
        } finally {
            if (ownsDevice) {
                device.close();
            }
        }
    }
}
