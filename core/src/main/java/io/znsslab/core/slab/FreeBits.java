package io.znsslab.core.slab;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;

/**
 * The slots of a slab that are free: those that its home thread freed (pending), those that other threads freed
 * (remote), and, of a current slab, those in the claim line.
 *
 * <p>What is static takes the slab's line and the number of its bitmap words, which callers on a warm path have at
 * hand. The first word of a bitmap is handled outside of the loop, since most slabs have no other.
 *
 * <p>Thread-safe: each method says who may call it.
 */
public final class FreeBits {
    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final FrameTable table;
    private final int bitmapWords;

    public FreeBits(SlabArena arena, FrameTable table) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.table = table;
        this.bitmapWords = table.bitmapWords();
    }

    /** How many slots are pending or remote; opaque, for any thread. */
    static int count(long line, int bitmapWords) {
        int free = Long.bitCount(FrameTable.lopPending(line, 0) | FrameTable.lopRemote(line, 0));
        for (int word = 1; word < bitmapWords; word++) {
            free += Long.bitCount(FrameTable.lopPending(line, word) | FrameTable.lopRemote(line, word));
        }
        return free;
    }

    /** Moves what is remote to the pending words; returns how many slots are pending now. By the bin's holder. */
    static int collect(long line, int bitmapWords) {
        int free = collectWord(line, 0);
        for (int word = 1; word < bitmapWords; word++) {
            free += collectWord(line, word);
        }
        return free;
    }

    private static int collectWord(long line, int word) {
        long bits = FrameTable.lpPending(line, word);
        if (FrameTable.lopRemote(line, word) != 0) {
            bits |= FrameTable.xchgRemote(line, word);
            FrameTable.sopPending(line, word, bits);
        }
        return Long.bitCount(bits);
    }

    /** Whether no slot of a slab that is not current is in use, as far as its bits say. Any thread. */
    boolean isEmpty(int frame) {
        return count(table.line(frame), bitmapWords) == geometry.slots(arena.classOf(frame));
    }

    /**
     * Whether no slot of a current slab is in use, given the slots of that bitmap word that are not handed out. Any
     * thread, as a hint.
     */
    boolean isEmptyBut(int frame, int claimedWord, long unclaimed) {
        int sizeClass = arena.classOf(frame);
        long line = table.line(frame);
        for (int word = 0; word < bitmapWords; word++) {
            long free = FrameTable.lopPending(line, word) | FrameTable.lopRemote(line, word);
            if (word == claimedWord) {
                free |= unclaimed;
            }
            if (free != geometry.slotMask(sizeClass, word)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the home thread has freed each slot of the bin's slab: then no handle to it is live. By the bin's holder.
     */
    boolean isFreeAsAWhole(Bin bin, int frame, int sizeClass) {
        long line = table.line(frame);
        if (!isWordFree(bin, frame, line, sizeClass, 0)) {
            return false;
        }
        for (int word = 1; word < bitmapWords; word++) {
            if (!isWordFree(bin, frame, line, sizeClass, word)) {
                return false;
            }
        }
        return true;
    }

    private boolean isWordFree(Bin bin, int frame, long line, int sizeClass, int word) {
        long free = FrameTable.lpPending(line, word);
        if (frame == bin.frame && word == bin.claimedWord) {
            free |= bin.unclaimed();
        }
        return free == geometry.slotMask(sizeClass, word);
    }
}
