package io.znsslab.core.slab;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import java.util.Arrays;

/**
 * The slots of a slab that are free: those that its home thread freed (pending), those that other threads freed
 * (remote), and, of a current slab, those in the claim line. Of packed slabs they are counted, not named: nothing there
 * is handed out again before all are free.
 *
 * <p>What is static takes the slab's line and the number of its bitmap words, which callers on a warm path have at
 * hand. The first word of a bitmap is handled outside of the loop, since most slabs have no other.
 *
 * <p>Thread-safe: each method says who may call it.
 */
public final class FreeBits {
    /** In the place of the number of bitmap words: the slab is packed. */
    static final int COUNTED = 0;

    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final FrameTable table;
    private final int bitmapWords;
    private final int[] words;

    public FreeBits(SlabArena arena, FrameTable table) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.table = table;
        this.bitmapWords = table.bitmapWords();
        this.words = wordsOfClasses(geometry);
    }

    /** The number of bitmap words of each class, or {@link #COUNTED}. */
    static int[] wordsOfClasses(SlabGeometry geometry) {
        int[] words = new int[geometry.classes()];
        Arrays.fill(words, geometry.bitmapWords());
        words[geometry.packedClass()] = COUNTED;
        return words;
    }

    /** How many slots are pending or remote; opaque, for any thread. */
    static int count(long line, int bitmapWords) {
        if (bitmapWords == COUNTED) {
            return (int) FrameTable.laFreeGranules(line);
        }
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
        int sizeClass = arena.classOf(frame);
        return count(table.line(frame), words[sizeClass]) == geometry.slots(sizeClass);
    }

    /**
     * Whether no slot of a current slab is in use, given the slots of that bitmap word that are not handed out. Any
     * thread, as a hint.
     */
    boolean isEmptyBut(int frame, int claimedWord, long unclaimed) {
        int sizeClass = arena.classOf(frame);
        long line = table.line(frame);
        if (sizeClass == geometry.packedClass()) {
            return FrameTable.laFreeGranules(line) + unclaimed == geometry.slots(sizeClass);
        }
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

    /** Which slots of a current slab's suspended claim line were not handed out; see {@link ClaimLines}. */
    long notHandedOut(int frame, long claimLine, long slots, HandleLayout layout) {
        return arena.classOf(frame) == geometry.packedClass()
                ? ClaimLines.notHandedOutPacked(claimLine, slots, geometry.granuleShift(), layout)
                : ClaimLines.notHandedOut(claimLine, slots, layout);
    }

    /**
     * Whether the home thread has freed each slot of the bin's slab: then no handle to it is live, nor is any reader to
     * be waited for before the frame goes on. Of a packed slab, whether nothing was handed out in this use. By the
     * bin's holder.
     */
    boolean isFreeAsAWhole(Bin bin, int frame, int sizeClass) {
        long line = table.line(frame);
        if (sizeClass == geometry.packedClass()) {
            return frame == bin.frame && bin.unclaimed() == geometry.slots(sizeClass);
        }
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
