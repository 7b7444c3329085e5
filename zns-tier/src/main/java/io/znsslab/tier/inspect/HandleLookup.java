package io.znsslab.tier.inspect;

import io.znsslab.core.Handle;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.HandleTrace.Verdict;
import io.znsslab.tier.recovery.FoundStore;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Follows a handle step by step, as far as it leads. For one thread. */
final class HandleLookup {
    private static final String FREED = "its slot holds no live object: the object was freed";

    private final ZonedDevice device;
    private final FoundStore store;
    private final SlabImages images;

    HandleLookup(ZonedDevice device, FoundStore store, SlabImages images) {
        this.device = device;
        this.store = store;
        this.images = images;
    }

    HandleTrace trace(long handle) {
        Handle parts;
        try {
            parts = Handle.decode(handle);
        } catch (IllegalArgumentException e) {
            return HandleTrace.without(
                    handle,
                    null,
                    Verdict.NO_HANDLE,
                    "its two lowest bits are %d, which is the version of no format: a handle ends in binary 01 or 10"
                            .formatted(handle & 3));
        }
        if (images.shape() == null) {
            return HandleTrace.without(
                    handle, parts, Verdict.NOT_ON_DEVICE, "the store has never held anything on this device");
        }
        if (parts.format() != images.inImages().format()) {
            return HandleTrace.without(
                    handle,
                    parts,
                    Verdict.NEVER_ISSUED,
                    "it is a " + word(parts.format()) + " handle, and the store issues "
                            + word(images.inImages().format()) + " ones");
        }
        int index = parts.slabId() == 0 ? -1 : store.indexOf(parts.slabId());
        return index < 0 ? withoutSlab(handle, parts) : inSlab(handle, parts, index);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private HandleTrace withoutSlab(long handle, Handle parts) {
        Verdict verdict = switch (store.fateOf(parts.slabId())) {
            case LOST -> Verdict.LOST;
            case UNACKNOWLEDGED -> Verdict.UNACKNOWLEDGED;
            case EMPTY -> Verdict.STALE;
            default ->
                parts.slabId() == 0 || parts.slabId() >= store.slabIdBound()
                        ? Verdict.NEVER_ISSUED
                        : Verdict.NOT_ON_DEVICE;
        };
        return HandleTrace.without(
                handle, parts, verdict, "slab " + parts.slabId() + ": " + reasonOf(store, parts.slabId()));
    }

    /** Why no slab of that id is on the device. */
    static String reasonOf(FoundStore store, long slabId) {
        if (slabId <= 0 || slabId >= store.slabIdBound()) {
            return "no slab of that id was ever issued: ids are 1 to " + (store.slabIdBound() - 1);
        }
        return switch (store.fateOf(slabId)) {
            case LOST -> "it can't be where the log says it is; the store's losses say why";
            case UNACKNOWLEDGED ->
                "it was written, but its epoch's demotion was never acknowledged, so it does not count";
            case EMPTY -> "its last object was freed";
            case UNKNOWN, THERE ->
                "it was never demoted, or its epoch was discarded, or all its objects were freed; the log keeps nothing"
                        + " of such slabs";
        };
    }

    private HandleTrace inSlab(long handle, Handle parts, int index) {
        SlabPlace slab = images.placeOf(index);
        String label = store.epochAt(store.epochIndexOf(index)).label();
        Extent extent = extentOf(slab);
        long start = extent == null ? -1 : extent.offsetBytes();
        long summary = extent == null ? -1 : extent.summaryOffsetBytes();
        Mismatch mismatch;
        try {
            mismatch = images.load(index);
        } catch (DeviceException e) {
            return new HandleTrace(
                    handle,
                    parts,
                    Verdict.DAMAGED,
                    "its slab's image can't be read: " + e.getMessage(),
                    slab,
                    label,
                    start,
                    summary,
                    null);
        }
        Verdict verdict;
        String reason;
        ObjectPlace object = null;
        ColdImage image = images.loaded();
        String early = staleWithoutImage(parts, image);
        if (early != null) {
            verdict = parts.generation() < image.baseGeneration ? Verdict.STALE : Verdict.NEVER_ISSUED;
            reason = early;
        } else if (mismatch != null && ImageObjects.isLive(image, parts.slot())) {
            verdict = Verdict.DAMAGED;
            reason = "what is at offset " + slab.offsetBytes() + " is not its slab's image, since "
                    + mismatch.explanation();
        } else if (mismatch != null) {
            verdict = Verdict.STALE;
            reason = FREED;
        } else {
            long header = images.inImages().header(images.image(), image, parts.slot());
            boolean isLive = ImageObjects.isLive(image, parts.slot());
            object = isLive && header == handle ? images.inImages().place(images.image(), image, parts.slot()) : null;
            verdict = verdict(object, isLive, header == handle, parts, header, image);
            reason = object != null ? "" : reasonInImage(handle, header, isLive, verdict);
        }
        return new HandleTrace(handle, parts, verdict, reason, slab, label, start, summary, object);
    }

    private Verdict verdict(
            @Nullable ObjectPlace object, boolean isLive, boolean isSame, Handle parts, long header, ColdImage image) {
        if (object != null) {
            return Verdict.LIVE;
        }
        if (isLive && isSame) {
            return Verdict.DAMAGED;
        }
        boolean isLater = images.inImages().isHandle(header, image, parts.slot())
                && Handle.decode(header).generation() < parts.generation();
        return isLater ? Verdict.NEVER_ISSUED : Verdict.STALE;
    }

    private static String reasonInImage(long handle, long header, boolean isLive, Verdict verdict) {
        if (verdict == Verdict.DAMAGED) {
            return "the object's size makes no sense";
        }
        if (verdict == Verdict.NEVER_ISSUED) {
            return "its slot holds an older object, 0x%016x, and nothing later was put there".formatted(header);
        }
        if (header == handle) {
            return "the object was freed after its slab was demoted";
        }
        return isLive && (header & 3) != 0 ? "its slot holds another object by now, 0x%016x".formatted(header) : FREED;
    }

    /** Why the slab never held the object, or does not any more, as far as that can be seen without its image. */
    private @Nullable String staleWithoutImage(Handle parts, ColdImage slab) {
        if (parts.sizeClass() >= 0 && parts.sizeClass() != slab.sizeClass) {
            return "it is of size class " + parts.sizeClass() + ", and slab " + slab.slabId + " is of class "
                    + slab.sizeClass;
        }
        if (!images.inImages().hasSlot(slab, parts.slot())) {
            return "slab " + slab.slabId + " has no slot " + parts.slot();
        }
        if (parts.generation() < slab.baseGeneration) {
            return "its generation is " + parts.generation() + ", and those below " + slab.baseGeneration
                    + " have ended: the slab was discarded or used up since";
        }
        boolean isTooHigh = slab.hasOneGeneration && parts.generation() > slab.baseGeneration;
        return isTooHigh
                ? "its generation is " + parts.generation() + ", and slab " + slab.slabId + " never had one above "
                        + slab.baseGeneration
                : null;
    }

    private @Nullable Extent extentOf(SlabPlace slab) {
        try {
            for (Extent extent : new ExtentWalk(device, store, images).extents(slab.zone())) {
                boolean isIn =
                        extent.offsetBytes() <= slab.offsetBytes() && slab.offsetBytes() < extent.summaryOffsetBytes();
                if (isIn) {
                    return extent;
                }
            }
        } catch (DeviceException e) {
            // The trace says that the extent is not known.
            return null;
        }
        return null;
    }
}
