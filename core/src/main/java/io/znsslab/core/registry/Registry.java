package io.znsslab.core.registry;

import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.LastingRange;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.ResidentMemory;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.arena.Words;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Slab id → one 64-bit word that says all a handle must be checked against, in one load:
 *
 * <pre>
 *  63          40 39  38 37    32 31            0
 * | base generation | state | class | location |
 *
 *  base generation  handles with a smaller one are stale
 *  state            0 unused: every handle is refused   1 resident: location is the frame
 *                   2 moving between tiers: wait        3 cold: location is the block on the device,
 *                                                         in 4,096-byte blocks
 * </pre>
 *
 * Beside it, for cold slabs, the epoch and a bitmap of the slots that still hold live objects, so that a cold object is
 * freed without its slab being written: with the word 20 bytes a cold slab of up to 64 slots, and at most 4 more in the
 * epoch's own list.
 *
 * <p>A slab that was promoted keeps its image on the device. While it is resident its bitmap means nothing, and the
 * first word of it holds the image's location.
 *
 * <p>Which ids have no slab, and which may be issued, is in {@link SlabIds}.
 *
 * <p>Where no slab turns cold, entries for all frames are enough: ids that are alike in their lower bits share an
 * entry, one after the other, each when the one before has issued its last generation. The slot's header, which holds
 * whole handles, refuses a handle to an earlier id.
 *
 * <p>Thread-safe. The table is reserved in full, to be read, and made writable as ids are taken.
 */
public final class Registry {
    /** No slab has this id. */
    public static final long NO_ID = 0;

    /** The word of an id that no slab ever had: it admits no handle. */
    public static final long NO_SLAB = 0;

    /** State of an id without a slab. */
    public static final int UNUSED = 0;

    /** State of a slab in DRAM. */
    public static final int RESIDENT = 1;

    /** State of a slab on its way from one tier to the other. */
    public static final int MOVING = 2;

    /** State of a slab on the device. */
    public static final int COLD = 3;

    private static final int STATE_SHIFT = 38;
    private static final int CLASS_SHIFT = 32;
    static final int GENERATION_SHIFT = 40;
    /** Numbers below this name a state and a class together: {@link #kind}. */
    static final int KINDS = 1 << 8;

    private static final long LOCATION_MASK = 0xffff_ffffL;

    // In an unused word: no generation is left.
    private static final int USED_UP_CLASS = 1;

    /** Ids whose words are made writable at a time. */
    private static final long PIECE_IDS = 1 << 14;

    private static final long FEWEST_ENTRIES = 1 << 22;

    private final long address;
    private final LastingRange wordTable;
    private final LastingRange coldBitTable;
    private final LastingRange coldEpochTable;
    private final MemorySegment wordSegment;
    private final Words coldBits;
    // of packed slabs, whose bitmaps have more words
    private final @Nullable LastingRange moreBitTable;
    private final @Nullable Words moreBits;
    private final MemorySegment coldEpochs;
    private final long ids;
    private final long entries;
    private final SlabGeometry geometry;
    private final int bitmapWords;
    private final int moreWords;
    private final IssuedGenerations generations;
    private final SlabIds slabIds;
    private final MemoryBesideSlabs memory;

    /**
     * An empty registry for the ids of that layout, its tables in the arena.
     *
     * @param coldSlabs whether slabs may turn cold: then each id has an entry; else ids share as many as the frames
     *     need
     */
    public Registry(SlabArena arena, HandleLayout layout, boolean coldSlabs) {
        this.ids = layout.ids();
        this.entries = coldSlabs ? ids : Math.min(ids, entriesFor(arena.frameBound()));
        this.geometry = arena.geometry();
        this.bitmapWords = geometry.bitmapWords();
        this.moreWords = geometry.bitmapWords(geometry.packedClass()) - bitmapWords;
        this.wordTable = arena.reserveReadableTable(entries << 3, PIECE_IDS << 3);
        this.wordSegment = arena.wordsOf(wordTable).segment();
        this.address = wordTable.address();
        this.coldEpochTable = arena.reserveSparseTable(entries << 2, PIECE_IDS << 2);
        this.coldEpochs = arena.wordsOf(coldEpochTable).segment();
        this.coldBitTable = arena.reserveSparseTable((entries * bitmapWords) << 3, (PIECE_IDS * bitmapWords) << 3);
        this.coldBits = arena.wordsOf(coldBitTable);
        this.moreBitTable = coldSlabs && moreWords > 0
                ? arena.reserveSparseTable((entries * moreWords) << 3, (PIECE_IDS * moreWords) << 3)
                : null;
        this.moreBits = moreBitTable == null ? null : arena.wordsOf(moreBitTable);
        this.memory = arena.besideSlabs();
        this.generations = new IssuedGenerations();
        this.slabIds = new SlabIds(this);
    }

    /** A power of two: enough for each frame to keep an id, and for stripes to have some in stock. */
    private static long entriesFor(long frames) {
        return Math.max(FEWEST_ENTRIES, Long.highestOneBit(2 * frames - 1));
    }

    /** Composes a word. */
    public static long word(int baseGeneration, int state, int sizeClass, long location) {
        return (long) baseGeneration << GENERATION_SHIFT
                | (long) state << STATE_SHIFT
                | (long) sizeClass << CLASS_SHIFT
                | location;
    }

    /** The same slab in another state, at the same location. */
    public static long withState(long word, int state) {
        return withState(word, state, location(word));
    }

    /** The same slab in another state, at another location. */
    public static long withState(long word, int state, long location) {
        return word(baseGeneration(word), state, sizeClass(word), location);
    }

    /** The generation below which handles are stale. */
    public static int baseGeneration(long word) {
        return (int) (word >>> GENERATION_SHIFT);
    }

    /** {@link #UNUSED}, {@link #RESIDENT}, {@link #MOVING} or {@link #COLD}. */
    public static int state(long word) {
        return (int) (word >>> STATE_SHIFT) & 3;
    }

    /** The slab's size class. */
    public static int sizeClass(long word) {
        return (int) (word >>> CLASS_SHIFT) & 63;
    }

    /** State and class as one number. */
    static long kind(long word) {
        return word >>> CLASS_SHIFT & (KINDS - 1);
    }

    /** Whether that is the word of a slab that lives in that frame. */
    public static boolean isResidentIn(long word, int frame) {
        return state(word) == RESIDENT && location(word) == Integer.toUnsignedLong(frame);
    }

    /** The frame, or the block on the device. */
    public static long location(long word) {
        return word & LOCATION_MASK;
    }

    /** The word of an id, acquire; any id that {@link HandleLayout#slabId} returns may be given. */
    public long laWord(long id) {
        return NativeWords.getAcquire(entry(id));
    }

    private long entry(long id) {
        return address + ((id & (entries - 1)) << 3);
    }

    /** The mask that gives an id's entry, for {@link #laWordAt}. */
    public long entryMask() {
        return entries - 1;
    }

    /**
     * The address at which the words begin, for {@link #laWordAt}: for callers that keep it at hand instead of this
     * object.
     */
    public long base() {
        return NativeWords.base(address);
    }

    /** As {@link #laWord}, given the words' {@link #base} and the id under the {@link #entryMask}. */
    public static long laWordAt(long base, long entry) {
        return NativeWords.getAcquireAt(base, entry << 3);
    }

    // Only io.znsslab.core.slab.SlabTransitions changes the words of slabs, by the methods that follow.

    /** Sets the word of an id, volatile. Only the caller may change it now. */
    public void svWord(long id, long word) {
        NativeWords.setVolatile(entry(id), word);
    }

    /** Sets the word of an id, release. Only the caller may change it now. */
    public void srWord(long id, long word) {
        NativeWords.setRelease(entry(id), word);
    }

    /** Changes the word of an id from what was seen, volatile. */
    public boolean casWord(long id, long seen, long word) {
        return NativeWords.compareAndSet(entry(id), seen, word);
    }

    /** Sets the word of an id without a slab, and so links it to the next free one; volatile. For {@link SlabIds}. */
    void svUnused(long id, int baseGeneration, long next) {
        svWord(id, word(baseGeneration, UNUSED, 0, next));
    }

    /** Waits until the slab is not {@link #MOVING}: microseconds. */
    public void awaitSettled(long id) {
        for (int tries = 0; state(laWord(id)) == MOVING; tries++) {
            Backoff.pause(tries);
        }
    }

    /**
     * Makes every handle to the id of a slab that has ended stale, volatile. The id is not given out again until
     * {@link SlabIds#reuse}.
     *
     * @param lastGeneration the last one issued under the id
     */
    public void svRefusal(long id, int lastGeneration) {
        svWord(id, refusal(lastGeneration));
    }

    /** The word that refuses every handle to an id, and holds the generation from which the id goes on. */
    public static long refusal(int lastGeneration) {
        return word(
                Math.min(lastGeneration + 1, HandleLayout.MAX_GENERATION),
                UNUSED,
                USED_UP_CLASS * (lastGeneration >= HandleLayout.MAX_GENERATION ? 1 : 0),
                0);
    }

    /** Which ids have no slab. */
    public SlabIds ids() {
        return slabIds;
    }

    /** Which generations may be issued under which id. */
    public IssuedGenerations generations() {
        return generations;
    }

    /** Where the memory of the tables is counted. */
    MemoryBesideSlabs memory() {
        return memory;
    }

    /** What the tables take for an id, in bytes. */
    long entryBytes() {
        return Long.BYTES + Integer.BYTES + (bitmapWords + (moreBitTable == null ? 0L : moreWords)) * Long.BYTES;
    }

    /** Makes the entries of so many ids writable, for which memory was taken. */
    void map(long from, long count) {
        wordTable.map(from << 3, count << 3);
        coldEpochTable.map(from << 2, count << 2);
        coldBitTable.map((from * bitmapWords) << 3, (count * bitmapWords) << 3);
        if (moreBitTable != null) {
            moreBitTable.map((from * moreWords) << 3, (count * moreWords) << 3);
        }
    }

    /** Memory that the tables take, in bytes. */
    public long residentBytes() {
        return ResidentMemory.rangeBytes(wordSegment)
                + ResidentMemory.rangeBytes(coldEpochs)
                + ResidentMemory.rangeBytes(coldBits.segment())
                + (moreBits == null ? 0 : ResidentMemory.rangeBytes(moreBits.segment()));
    }

    /** The number of entries, a power of two: ids that are alike in the bits below share one. */
    long entries() {
        return entries;
    }

    /** Ids are below this. */
    public long idBound() {
        return ids;
    }

    /** Whether it is the word of an id that has issued its last generation and never gets a slab again. */
    public static boolean isUsedUp(long word) {
        return state(word) == UNUSED && sizeClass(word) == USED_UP_CLASS;
    }

    /** The parts of a word, for messages. */
    public static String describe(long word) {
        String state = switch (state(word)) {
            case RESIDENT -> "resident in frame";
            case MOVING -> "moving from";
            case COLD -> "cold at";
            default -> isUsedUp(word) ? "used up," : "unused, before";
        };
        return "\"%s %d, class %d, base generation %d\""
                .formatted(state, location(word), sizeClass(word), baseGeneration(word));
    }

    /**
     * Sets to which epoch a slab that turns cold belongs, and whether all its live handles are of its base generation;
     * plain. By the one thread that moves it.
     */
    public void spColdEpoch(long id, int epochIndex, boolean oneGeneration) {
        coldEpochs.setAtIndex(ValueLayout.JAVA_INT, id, epochIndex << 1 | (oneGeneration ? 1 : 0));
    }

    /** The index of the epoch that a cold slab belongs to; plain. */
    public int lpColdEpochIndex(long id) {
        return coldEpochs.getAtIndex(ValueLayout.JAVA_INT, id) >>> 1;
    }

    /** Whether all live handles to a cold slab are of its base generation; plain. */
    public boolean lpColdHasOneGeneration(long id) {
        return (coldEpochs.getAtIndex(ValueLayout.JAVA_INT, id) & 1) != 0;
    }

    /** There is a packed slab, which has them. */
    private Words moreBits() {
        return requireNonNull(moreBits);
    }

    /** Sets which slots of a slab that turns cold hold live objects; volatile. */
    public void svColdBits(long id, int bitmapWord, long bits) {
        if (bitmapWord < bitmapWords) {
            coldBits.sv(coldOffset(id, bitmapWord), bits);
        } else {
            moreBits().sv(moreOffset(id, bitmapWord), bits);
        }
    }

    /** Which slots of a cold slab hold live objects; acquire. */
    public long laColdBits(long id, int bitmapWord) {
        return bitmapWord < bitmapWords
                ? coldBits.la(coldOffset(id, bitmapWord))
                : moreBits().la(moreOffset(id, bitmapWord));
    }

    /** Clears a cold slot's bit, by a compare-and-set; true for the one caller that found it set. */
    public boolean clearColdBit(long id, int slot) {
        int bitmapWord = slot >>> 6;
        Words bitmap = bitmapWord < bitmapWords ? coldBits : moreBits();
        long offset = bitmapWord < bitmapWords ? coldOffset(id, bitmapWord) : moreOffset(id, bitmapWord);
        long bit = 1L << slot;
        while (true) {
            long bits = bitmap.lv(offset);
            if ((bits & bit) == 0) {
                return false;
            }
            if (bitmap.cas(offset, bits, bits & ~bit)) {
                return true;
            }
        }
    }

    /** Whether no slot of a slab of that cold word holds a live object. */
    public boolean coldIsEmpty(long id, long coldWord) {
        int words = geometry.bitmapWords(sizeClass(coldWord));
        for (int word = 0; word < words; word++) {
            if (laColdBits(id, word) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Sets where the image of a slab that turns resident is; volatile. By the one thread that moves it, when no thread
     * reads the bitmap any more.
     */
    public void svImage(long id, long location) {
        coldBits.sv(coldOffset(id, 0), location);
    }

    /** Where the image of a promoted slab is, volatile; 0 if it was taken. */
    public long lvImage(long id) {
        return coldBits.lv(coldOffset(id, 0));
    }

    /** Changes where the image of a promoted slab is from what was seen; volatile. */
    public boolean casImage(long id, long seen, long location) {
        return coldBits.cas(coldOffset(id, 0), seen, location);
    }

    /**
     * Forgets the image of a promoted slab, by a compare-and-set; returns where it was, or 0 if another thread took it
     * before.
     */
    public long takeImage(long id) {
        while (true) {
            long location = lvImage(id);
            if (location == 0 || casImage(id, location, 0)) {
                return location;
            }
        }
    }

    private long moreOffset(long id, int bitmapWord) {
        return (id * moreWords + bitmapWord - bitmapWords) << 3;
    }

    private long coldOffset(long id, int bitmapWord) {
        return (id * bitmapWords + bitmapWord) << 3;
    }
}
