package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdImageCursor;

/**
 * A region whose checkpoint is written in pieces, while the region before counts and groups go to both. The new region
 * counts once its checkpoint has an end; all that the other region had acknowledged is written before that end. For one
 * thread.
 */
final class NextRegion {
    /** The most blocks of a piece: 256 KiB with their copies, which takes a millisecond or two to form. */
    private static final int MOST_BLOCKS = 32;
    /** The least number of pieces that a small region is written in, if it is full. */
    private static final int LEAST_PIECES = 32;
    /** Slabs that a step looks at before it checks how much there is to write. */
    private static final int SLABS_OF_A_STEP = 64;
    /**
     * The most steps of a piece: many slabs that are alike take a few bytes, and a slab without an image takes none.
     */
    private static final int MOST_STEPS = 512;
    /**
     * How long forming a large piece takes at most, if there is time: a group may be waiting, and after an opening the
     * code is so new that a slab takes twenty times as long as later.
     */
    private static final long MOST_NANOS = 1_000_000;

    private final RegionWriter region;
    private final GroupWriter writer;
    private final ColdImageCursor images;
    private boolean isWhole;

    NextRegion(RegionWriter region, GroupWriter writer, ColdImageCursor images) {
        this.region = region;
        this.writer = writer;
        this.images = images;
    }

    RegionWriter region() {
        return region;
    }

    GroupWriter writer() {
        return writer;
    }

    /** Whether the checkpoint has seen all slabs that have an image. */
    boolean isWhole() {
        return isWhole;
    }

    /**
     * Whether a piece can be formed, or the region completed, without waiting for the device. Before the end of the
     * checkpoint is written all that comes before it is, so that a failure there leaves the other region as it is.
     */
    boolean canGoOn() {
        return isWhole ? region.writes().isWritten() : region.writes().hasRoom();
    }

    /**
     * Forms a piece of the checkpoint, and has what fills a staging buffer written.
     *
     * @param hasTime whether the piece may be smaller, so that it takes less time
     */
    void writePiece(boolean hasTime) {
        long blocks = Math.clamp(region.blocks() / LEAST_PIECES, 1, MOST_BLOCKS);
        long end = region.blocksBegun() + blocks;
        boolean isTimed = hasTime && blocks == MOST_BLOCKS;
        long begun = System.nanoTime();
        boolean goesOn = true;
        for (int step = 0; goesOn && step < MOST_STEPS && region.blocksBegun() < end; step++) {
            isWhole = !images.show(writer, SLABS_OF_A_STEP);
            goesOn = !isWhole && !(isTimed && System.nanoTime() - begun > MOST_NANOS);
        }
    }

    /**
     * Writes all that is left, and makes the region count, with a group that is the first to be in this region alone.
     */
    void complete(RegionSequence.Group group) {
        while (!isWhole) {
            writePiece(false);
        }
        writer.add(group);
        writer.endCheckpoint();
        if (group.closed()) {
            writer.closed();
        }
        region.force();
        // A region without a commit block looks like one that the power cut short, and the one before would count
        // instead.
        region.writeCommitBlock();
    }
}
