package io.znsslab.core.epoch;

import io.znsslab.core.registry.Registry;
import java.util.function.LongConsumer;

/**
 * The images on the cold tier of slabs that were promoted: each stays good as long as its slab lives in DRAM, so that
 * what was acknowledged as durable remains so, and a slab that nobody changed can leave DRAM again without being
 * written.
 *
 * <p>Which slabs have one is in the frame's state word ({@link io.znsslab.core.slab.FrameTable#isPromoted}); where it
 * is, in the registry. An image ends by {@link #take}, whose caller then owns the place and either releases it or has
 * the slab cold there again. The tier may {@link #move} it at any time until then.
 *
 * <p>Thread-safe.
 */
public final class BackingImages {
    /** No image is there. */
    public static final long NONE = 0;

    /** Told of places that no slab needs any more. Called with no slab "moving" by the caller. */
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

    /** None yet. */
    public BackingImages(Registry registry) {
        this.registry = registry;
    }

    /**
     * Says who is told of slabs whose live objects have changed while they have an image. Once, before any slab is
     * promoted.
     */
    public void onChange(LongConsumer listener) {
        change = listener;
    }

    /** An object of a slab with an image was freed. */
    public void changed(long id) {
        change.accept(id);
    }

    /** Says who is told of images that end with their slabs. Once, before any slab is promoted. */
    public void onRelease(Release listener) {
        release = listener;
    }

    /** Notes the image of a slab on its way to DRAM. By who moves it. */
    public void keep(long id, long location) {
        registry.setImage(id, location);
    }

    /** Where the slab's image is; {@link #NONE} if it was taken. Only of promoted slabs. */
    public long location(long id) {
        return registry.image(id);
    }

    /**
     * Notes that the tier has moved the image; false if it was not at {@code from}, being taken. Only of promoted
     * slabs.
     */
    public boolean move(long id, long from, long to) {
        return registry.changeImage(id, from, to);
    }

    /** Ends the keeping of a promoted slab's image: where it was, for the one caller that ends it. */
    public long take(long id) {
        return registry.takeImage(id);
    }

    /** Gives an image up that was taken. */
    public void release(long id, long location) {
        release.release(id, location);
    }
}
