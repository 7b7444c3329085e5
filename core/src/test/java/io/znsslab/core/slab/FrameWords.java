package io.znsslab.core.slab;

/**
 * Lets tests write words of a frame's line that only {@link SlabTransitions} may write, without the other half of a
 * transition: to show that the damage is noticed.
 */
public final class FrameWords {
    private FrameWords() {}

    /** Sets the state of the slab in the frame. */
    public static void setState(FrameTable table, int frame, int state) {
        table.svState(frame, FrameTable.withState(table.lvState(frame), state));
    }

    /** Names a slab in the frame. */
    public static void setIdentity(FrameTable table, int frame, long slabId, int lastGeneration) {
        table.sopIdentity(frame, slabId, lastGeneration);
    }
}
