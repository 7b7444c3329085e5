package io.znsslab.core.slab;

import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;

/**
 * What is known of the slab in each frame: one cache line a frame, so that threads that use different slabs share no
 * line. (128 bytes where a slab has more than 64 slots.)
 *
 * <pre>
 *   0  state      | use 24 | ring index 16 | stripe 16 | state 8 |   a CAS decides between threads that change it
 *   8  identity   | slab id 40 | last generation 24 |          written by the holder of the slab
 *  16  link       listed: index in the partial list of its bin; mailed: the next frame in the mailbox;
 *                 of a promoted slab, on no list: the sum of its contents
 *  24  slab index index among the slabs of its bin or closed epoch
 *  32  epoch      number
 *  40  pending 0  slots freed by the home thread; plain, the home thread's alone
 *  48  remote 0   slots freed by others; atomic
 *  56  pins       | left 1 | looks 63 |                     looks under way at objects in the frame
 *  64  pending 1 … 3, 88  remote 1 … 3
 * </pre>
 *
 * <p>State and identity are written by {@link SlabTransitions} alone, which says what their changes mean.
 *
 * <p>The use counts the slabs that the frame has held: a change to the state of one slab fails when another lives in
 * the frame meanwhile, however alike the two are.
 *
 * <p>Every slot of a slab that is not closed is in exactly one of these: its header live, its bit in its bin's claim
 * word, its bit in pending, its bit in remote, or on the way there within a section of the thread that frees it. So the
 * bits are exact; grace periods keep them so ({@link GracePeriod}).
 *
 * <p>A pin belongs to the frame, whichever slab lives there: see the package's document for what it keeps and why it is
 * seen.
 */
public final class FrameTable {
    /** No slab uses the frame. */
    public static final int FREE = 0;

    /** A bin hands slots out of it. */
    public static final int CURRENT = 9;

    /** The slab belongs to a bin and has too few free slots to be worth listing. */
    public static final int FULL = 10;

    /** On its bin's partial list. */
    public static final int PARTIAL = 11;

    /** In its bin's mailbox, put there by a thread other than its home. */
    public static final int MAILED = 12;

    /** The slab belongs to a closed epoch: no allocation, no home; {@code remote} holds all its free slots. */
    public static final int SEALED = 1;

    /** Sealed, and being written to the cold tier. */
    public static final int DEMOTING = 2;

    /**
     * The slab is about to be sealed: a last free leaves its end to the sealing thread, since not all its free slots
     * are in {@code remote} yet.
     */
    public static final int SEALING = 3;

    /**
     * Stands where the home would: the slab was promoted, and has an image on the cold tier. No stripe has this number.
     */
    static final int PROMOTED = 0xffff;

    private static final int STATE_MASK = 0xff;
    // in the states of slabs that have a home
    private static final int HOME = 8;
    private static final int STRIPE_SHIFT = 8;
    private static final long HOME_MASK = 0xffffL << STRIPE_SHIFT | HOME;
    private static final int RING_SHIFT = 24;
    private static final int USE_SHIFT = 40;
    private static final int IDENTITY_ID_SHIFT = HandleLayout.GENERATION_BITS;
    // in the pins: the slab's holder has left the frame to the last look
    private static final long LEFT = 1L << 63;

    private static final int STATE = 0;
    private static final int IDENTITY = 8;
    private static final int LINK = 16;
    private static final int SLAB_INDEX = 24;
    private static final int EPOCH = 32;
    private static final int PENDING = 40;
    private static final int REMOTE = 48;
    private static final int PINS = 56;
    private static final int MORE_PENDING = 56;
    private static final int MORE_REMOTE = 80;

    private final long address;
    private final int lineShift;
    private final int bitmapWords;

    /** Reserves a line for each frame of the arena. */
    public FrameTable(SlabArena arena) {
        SlabGeometry geometry = arena.geometry();
        this.bitmapWords = geometry.bitmapWords();
        this.lineShift = bitmapWords == 1 ? 6 : 7;
        this.address = arena.reserveFrameTable(lineShift).address();
    }

    /** Bytes of metadata a frame. */
    public int lineBytes() {
        return 1 << lineShift;
    }

    /** Words of a slot bitmap. */
    public int bitmapWords() {
        return bitmapWords;
    }

    /** The state in a state word. */
    public static int state(long stateWord) {
        return (int) stateWord & STATE_MASK;
    }

    /** The mark of a home stripe, for {@link #isAtHome}. */
    static long homeMark(int stripe) {
        return (long) stripe << STRIPE_SHIFT | HOME;
    }

    /** Whether the slab's home is the stripe of that mark. */
    public static boolean isAtHome(long stateWord, long homeMark) {
        return ((stateWord ^ homeMark) & HOME_MASK) == 0;
    }

    /** The home stripe in a state word. */
    public static int stripe(long stateWord) {
        return (int) (stateWord >>> STRIPE_SHIFT) & 0xffff;
    }

    /** Whether the slab of that state word was promoted, so that it has an image until it ends or turns cold. */
    public static boolean isPromoted(long stateWord) {
        return stripe(stateWord) == PROMOTED;
    }

    /** The ring index of the epoch in a state word. */
    public static int ringIndex(long stateWord) {
        return (int) (stateWord >>> RING_SHIFT) & 0xffff;
    }

    /** The same word with another home. */
    static long withStripe(long stateWord, int stripe) {
        return (stateWord & ~(0xffffL << STRIPE_SHIFT)) | (long) stripe << STRIPE_SHIFT;
    }

    /** The same word with another state. */
    static long withState(long stateWord, int state) {
        return (stateWord & ~(long) STATE_MASK) | state;
    }

    /** State word, opaque: for the slab's holder, or as a hint. */
    public long lopState(int frame) {
        return lopState(line(frame));
    }

    /** State word, opaque, given its line. */
    public static long lopState(long line) {
        return NativeWords.getOpaque(line + STATE);
    }

    /** State word, volatile. */
    public long lvState(int frame) {
        return NativeWords.getVolatile(line(frame) + STATE);
    }

    /** Sets the state word, volatile. */
    void svState(int frame, long stateWord) {
        svState(line(frame), stateWord);
    }

    /** Sets the state word, volatile, given its line. */
    static void svState(long line, long stateWord) {
        NativeWords.setVolatile(line + STATE, stateWord);
    }

    /** Sets the state word, release: by the slab's holder, where no other thread may change it. */
    void srState(int frame, long stateWord) {
        srState(line(frame), stateWord);
    }

    /** Sets the state word, release, given its line. */
    static void srState(long line, long stateWord) {
        NativeWords.setRelease(line + STATE, stateWord);
    }

    /** Begins the frame's next use, with volatile order: by the holder of the frame. */
    void beginUse(int frame, int state, int stripe, int ringIndex) {
        long use = (lopState(frame) >>> USE_SHIFT) + 1;
        svState(frame, use << USE_SHIFT | (long) ringIndex << RING_SHIFT | (long) stripe << STRIPE_SHIFT | state);
    }

    /** Ends the frame's use, with release order: by the holder of the frame. */
    void endUse(int frame) {
        srState(frame, withState(lopState(frame), FREE));
    }

    /** Changes the state word from what was seen, volatile. */
    boolean casState(int frame, long seen, long stateWord) {
        return casState(line(frame), seen, stateWord);
    }

    /** Changes the state word from what was seen, volatile, given its line. */
    static boolean casState(long line, long seen, long stateWord) {
        return NativeWords.compareAndSet(line + STATE, seen, stateWord);
    }

    /**
     * Id and last generation in one word, opaque, given the slab's line: one more is the same slab in its next
     * generation.
     */
    static long lopIdentity(long line) {
        return NativeWords.getOpaque(line + IDENTITY);
    }

    /** Sets id and last generation, opaque, given the slab's line. */
    static void sopIdentity(long line, long identity) {
        NativeWords.setOpaque(line + IDENTITY, identity);
    }

    /** The slab id in an identity. */
    static long slabIdIn(long identity) {
        return identity >>> IDENTITY_ID_SHIFT;
    }

    /** The last generation in an identity. */
    static int lastGenerationIn(long identity) {
        return (int) identity & HandleLayout.MAX_GENERATION;
    }

    /** The id of the slab in the frame, opaque; 0 for none. */
    public long lopSlabId(int frame) {
        return slabIdIn(lopIdentity(line(frame)));
    }

    /** The last generation that the slab in the frame has issued, opaque. */
    public int lopLastGeneration(int frame) {
        return lastGenerationIn(lopIdentity(line(frame)));
    }

    /** Sets id and last generation of the slab in the frame, opaque. */
    void sopIdentity(int frame, long slabId, int lastGeneration) {
        sopIdentity(line(frame), slabId << IDENTITY_ID_SHIFT | lastGeneration);
    }

    /** Index on the partial list, or next frame in the mailbox, as the state says; plain. */
    int lpLink(int frame) {
        return (int) NativeWords.get(line(frame), LINK);
    }

    /** Sets the index on the partial list, or the next frame in the mailbox; plain. */
    void spLink(int frame, int link) {
        NativeWords.set(line(frame), LINK, link);
    }

    /** The sum of a promoted slab's contents when it was read, plain; see {@link SlabContents}. */
    public long lpContents(int frame) {
        return NativeWords.get(line(frame), LINK);
    }

    /** Sets the sum of a promoted slab's contents, plain: by the promoting thread. */
    public void spContents(int frame, long sum) {
        NativeWords.set(line(frame), LINK, sum);
    }

    /** Index among the slabs of its bin or closed epoch, plain. */
    public int lpSlabIndex(int frame) {
        return (int) NativeWords.get(line(frame) + SLAB_INDEX);
    }

    /** Sets the index among the slabs of its bin or closed epoch, plain. */
    public void spSlabIndex(int frame, int index) {
        NativeWords.set(line(frame) + SLAB_INDEX, index);
    }

    /** The number of the epoch that the slab belongs to, opaque. */
    public long lopEpoch(int frame) {
        return NativeWords.getOpaque(line(frame) + EPOCH);
    }

    /** Sets the number of the epoch that the slab belongs to, opaque. */
    public void sopEpoch(int frame, long epoch) {
        sopEpoch(line(frame), epoch);
    }

    /** Sets the number of the epoch that the slab belongs to, opaque, given its line. */
    static void sopEpoch(long line, long epoch) {
        NativeWords.setOpaque(line + EPOCH, epoch);
    }

    /** Slots freed by the home thread: plain, for that thread, or for the holder of the sealed slab. */
    public long lpPending(int frame, int word) {
        return lpPending(line(frame), word);
    }

    /** Slots freed by the home thread, given the slab's line: plain, for that thread. */
    static long lpPending(long line, int word) {
        return NativeWords.get(line, pendingOffset(word));
    }

    /**
     * Adds a slot freed by the home thread, by a plain load and an opaque store of that thread, given the slab's line;
     * returns the word as it is now.
     */
    public static long sopPendingWith(long line, int slot) {
        long address = line + pendingOffset(slot >>> 6);
        long bits = NativeWords.get(address) | 1L << slot;
        NativeWords.setOpaque(address, bits);
        return bits;
    }

    /** Slots freed by the home thread, opaque, for other threads, given the slab's line. */
    static long lopPending(long line, int word) {
        return NativeWords.getOpaque(line + pendingOffset(word));
    }

    /** Sets the slots freed by the home thread, opaque. */
    public void sopPending(int frame, int word, long bits) {
        sopPending(line(frame), word, bits);
    }

    /** Sets the slots freed by the home thread, opaque, given the slab's line. */
    static void sopPending(long line, int word, long bits) {
        NativeWords.setOpaque(line + pendingOffset(word), bits);
    }

    // In packed slabs the first words of pending and remote count freed granules. While the slab is current, its home
    // thread adds to pending; from then on pending stays, and every thread adds to remote: of the frees that come after
    // another, the last one sees all.

    /** Adds granules freed by the home thread of a current slab, by a plain load and an opaque store. */
    public static void sopPendingPlus(long line, long granules) {
        NativeWords.setOpaque(line + PENDING, NativeWords.get(line + PENDING) + granules);
    }

    /** Adds granules, volatile, given the slab's line. */
    public static void xaddRemote(long line, long granules) {
        NativeWords.getAndAdd(line + REMOTE, granules);
    }

    /** Granules that are free, given the slab's line, acquire: while a slab is not current, only ever more. */
    public static long laFreeGranules(long line) {
        return NativeWords.getAcquire(line + PENDING) + NativeWords.getAcquire(line + REMOTE);
    }

    /** Slots freed by other threads, opaque, given the slab's line. */
    static long lopRemote(long line, int word) {
        return NativeWords.getOpaque(line + remoteOffset(word));
    }

    /** Slots freed by other threads, volatile. */
    public long lvRemote(int frame, int word) {
        return NativeWords.getVolatile(line(frame) + remoteOffset(word));
    }

    /** Sets the slots freed by other threads, opaque: by the slab's holder, while no thread frees into it. */
    public void sopRemote(int frame, int word, long bits) {
        sopRemote(line(frame), word, bits);
    }

    /**
     * Sets the slots freed by other threads, opaque, given the slab's line: by the slab's holder, while no thread frees
     * into it.
     */
    static void sopRemote(long line, int word, long bits) {
        NativeWords.setOpaque(line + remoteOffset(word), bits);
    }

    /** Takes the slots freed by other threads: exchanges them for none, given the slab's line. */
    static long xchgRemote(long line, int word) {
        return NativeWords.getAndSet(line + remoteOffset(word), 0);
    }

    /** Adds slots freed by other threads, volatile; returns the word as it was before. */
    public long fetchOrRemote(int frame, int word, long bits) {
        return NativeWords.getAndBitwiseOr(line(frame) + remoteOffset(word), bits);
    }

    /** Pins the frame for a look, with a full fence: the caller reads the object's header again afterwards. */
    public void pin(int frame) {
        NativeWords.getAndAdd(line(frame) + PINS, 1);
    }

    /**
     * Takes a look's pin back, volatile; true if the frame was left to the looks and this was the last: the caller
     * releases the frame.
     */
    public boolean unpin(int frame) {
        long pins = line(frame) + PINS;
        // The compare-and-set fails if another look began meanwhile: then the end of that one comes here.
        return NativeWords.getAndAdd(pins, -1) - 1 == LEFT && NativeWords.compareAndSet(pins, LEFT, 0);
    }

    /** Whether the frame of that line is pinned, volatile: read after the object was seen to be freed. */
    static boolean lvIsPinned(long line) {
        return NativeWords.getVolatile(line + PINS) != 0;
    }

    /**
     * Leaves a frame in which no look finds an object any more to the looks under way, by a compare-and-set; false if
     * there is none.
     */
    boolean leaveToLooks(int frame) {
        long pins = line(frame) + PINS;
        long seen = NativeWords.getVolatile(pins);
        while (seen != 0) {
            if (NativeWords.compareAndSet(pins, seen, seen | LEFT)) {
                return true;
            }
            seen = NativeWords.getVolatile(pins);
        }
        return false;
    }

    /** The number of looks under way at objects in the frame, volatile. */
    public long lvLooks(int frame) {
        return NativeWords.getVolatile(line(frame) + PINS) & ~LEFT;
    }

    /** The address of a frame's line, for callers that use several of its words. */
    long line(int frame) {
        return line(Integer.toUnsignedLong(frame));
    }

    /** The address of a frame's line, for callers that use several of its words. */
    public long line(long frame) {
        return address + (frame << lineShift);
    }

    private static int pendingOffset(int word) {
        return word == 0 ? PENDING : MORE_PENDING + (word << 3);
    }

    private static int remoteOffset(int word) {
        return word == 0 ? REMOTE : MORE_REMOTE + (word << 3);
    }
}
