package io.znsslab.core.epoch;

import io.znsslab.core.registry.Registry;
import java.util.function.LongConsumer;

/**
 * The images on the cold tier of slabs that were promoted: each stays good as long as its slab lives in DRAM, so that
 * what was acknowledged as durable remains so, and an unchanged slab can leave DRAM again without being written.
 *
 * <p>Which slabs have one is in the frame's state word ({@link io.znsslab.core.slab.FrameTable#isPromoted}); where it
 * is, in the registry. An image ends by {@link #take}, whose caller then owns the location, and either releases it or
 * has the slab cold there again. The tier may {@link #move} it at any time until then.
 *
 * <p>Thread-safe.
 */
public final class BackingImages {
    /** No image is there. */
    public static final long NONE = 0;

    /** Takes locations that no slab needs any more. The calling thread has no slab "moving". */
    @FunctionalInterface
    public interface Release {
        /** The image of the slab at that location is of no use any more. */
        void release(long slabId, long location);
    }

    private final Registry registry;
    private volatile LongConsumer change = id -> {};
    private volatile Release release = (id, location) -> {
        throw new IllegalStateException("slab %d has an image at %d, and no cold tier".formatted(id, location));
    };

    public BackingImages(Registry registry) {
        this.registry = registry;
    }

    /**
     * Sets the listener for slabs whose live objects have changed while they have an image. Once, before any slab is
     * promoted.
     */
    public void onChange(LongConsumer listener) {
        change = listener;
    }

    /** An object of a slab with an image was freed. */
    public void changed(long id) {
        change.accept(id);
    }

    /** Sets the listener for images that end with their slabs. Once, before any slab is promoted. */
    public void onRelease(Release listener) {
        release = listener;
    }

    /** Notes the image of a slab on its way to DRAM. For the promotion that moves it. */
    public void keep(long id, long location) {
        registry.svImage(id, location);
    }

    /** The location of a promoted slab's image; {@link #NONE} if it was taken. */
    public long location(long id) {
        return registry.lvImage(id);
    }

    /**
     * Notes that the tier has moved a promoted slab's image; false if it is not at {@code from}, since it was taken.
     */
    public boolean move(long id, long from, long to) {
        return registry.casImage(id, from, to);
    }

    /** Takes a promoted slab's image away: its location, for the one caller that gets it. */
    public long take(long id) {
        return registry.takeImage(id);
    }

    /** Gives an image up that was taken. */
    public void release(long id, long location) {
        release.release(id, location);
    }
}
