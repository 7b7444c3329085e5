package io.znsslab.core.arena;

/**
 * Where each frame is, noted one by one, to check that every frame that was ever handed out is in exactly one place.
 *
 * <p>For one check by one thread, while no frame moves.
 */
public final class FrameCensus {
    /** The places that a frame can be in. */
    public enum Place {
        /** A slab of an open or closed epoch lives in it. */
        SLAB(true),
        /** In a stripe's store, with its memory. */
        STORED(true),
        /** In a stripe's store, in a run without memory. */
        STORED_RUN(true),
        /** In its class's pool, with its memory. */
        POOLED(true),
        /** In its class's pool, in a run without memory. */
        POOLED_RUN(false);

        private final boolean granted;

        Place(boolean granted) {
            this.granted = granted;
        }
    }

    private final SlabArena arena;
    private final Place[][] places;
    private long granted;

    /** Nothing noted but what lies in the arena's own pools. */
    public FrameCensus(SlabArena arena) {
        this.arena = arena;
        this.places = new Place[arena.geometry().classes()][];
        for (int sizeClass = 0; sizeClass < places.length; sizeClass++) {
            places[sizeClass] = new Place[arena.framesEverUsed(sizeClass)];
        }
        arena.countPooled(this);
    }

    /** Notes a frame. */
    public void found(int frame, Place place) {
        int sizeClass = arena.classOf(frame);
        int index = sizeClass < places.length ? frame - arena.firstFrame(sizeClass) : -1;
        if (index < 0 || index >= places[sizeClass].length) {
            throw Invariant.broken("frame %d is in place %s and was never handed out".formatted(frame, place));
        }
        if (places[sizeClass][index] != null) {
            throw Invariant.broken(
                    "frame %d is in two places: %s and %s".formatted(frame, places[sizeClass][index], place));
        }
        places[sizeClass][index] = place;
        granted += place.granted ? 1 : 0;
    }

    /** Notes adjacent frames. */
    public void foundRun(int first, int count, Place place) {
        for (int frame = first; frame < first + count; frame++) {
            found(frame, place);
        }
    }

    /** Where the frame was found; null if it was not. */
    public Place placeOf(int frame) {
        int sizeClass = arena.classOf(frame);
        return places[sizeClass][frame - arena.firstFrame(sizeClass)];
    }

    /** Checks that no frame is missing and that as many are granted as were found to be in use. */
    public void checkComplete() {
        for (int sizeClass = 0; sizeClass < places.length; sizeClass++) {
            for (int index = 0; index < places[sizeClass].length; index++) {
                if (places[sizeClass][index] == null) {
                    throw Invariant.broken("frame %d of class %d is nowhere: in no slab, store, pool or run"
                            .formatted(arena.firstFrame(sizeClass) + index, sizeClass));
                }
            }
        }
        Invariant.equal(arena.grantedBytes() >>> arena.geometry().slabShift(), granted, "the number of frames granted");
    }
}
