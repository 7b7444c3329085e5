package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.words.NativeWords;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The algorithm of slabs with size classes without the product around it: what the product's checks, epochs, counters
 * and closing cost is the difference to this.
 *
 * <p>The word before an object, its header, is the truth about it: it equals the handle while the object is live, and a
 * free is one compare-and-set of it. A slab has a home thread, which hands out the slots that it has claimed and notes
 * its own frees without an atomic operation; frees in other threads set bits that the home thread collects. A slab's
 * generation grows with every refill, so an allocation has no need to read the header that it writes.
 *
 * <pre>
 *  63      42 41         18 17     10 9      2 1 0
 * +----------+-------------+---------+--------+---+
 * |  slab    | generation  |  slot   | class  | 1 |   a handle
 * +----------+-------------+---------+--------+---+
 * </pre>
 *
 * <p>Thread-safe for up to {@value #STRIPES} threads, no two of whose ids may be equal modulo that number. Slabs are
 * never given back.
 */
final class BareSlabs {
    private static final int STRIPES = 64;
    private static final int SLAB_BYTES = 4_096;
    private static final int SLABS = 1 << 19;
    private static final int HEADER_BYTES = 8;
    private static final int[] SLOT_BYTES = {64, 96, 128, 192, 256, 384, 512, 768};
    private static final int SMALLEST_STEP = 32;
    private static final int CLASSES = SLOT_BYTES.length;
    private static final int MOST_SLOTS = 64;
    /** A slab is used again when this part of its slots is free. */
    private static final int PART_TO_REUSE = 8;

    private static final int SLAB_SHIFT = 42;
    private static final int GENERATION_SHIFT = 18;
    private static final int SLOT_SHIFT = 10;
    private static final int CLASS_SHIFT = 2;
    private static final long LIVE = 1;
    private static final long LIVE_MASK = 3;
    private static final long LAST_GENERATION = (1L << 24) - 1;
    private static final long WITHIN_SLAB = (1L << SLAB_SHIFT) - 1;
    /** The bits of a handle's difference to its slab's base that are clear if the handle may be valid. */
    private static final long FOREIGN = Long.MIN_VALUE | ((1L << SLOT_SHIFT) - 1);

    /** The entry of an unused slab: no handle is as new as that. */
    private static final long NOT_IN_USE = 1L << SLAB_SHIFT;

    // A slab's entry in the registry, a cache line of eight words.
    private static final int ENTRY_SHIFT = 3;
    /** The oldest valid handle but for its slot. */
    private static final int BASE = 0;

    private static final int ADDRESS = 1;
    /** Bits of the slots that other threads freed. */
    private static final int FREED_ELSEWHERE = 2;

    private static final int HOME = 3;
    private static final int STATE = 4;
    /** Bits of the slots that the home thread freed; it alone uses them. */
    private static final int FREED_AT_HOME = 5;

    private static final int GENERATION = 6;
    private static final int LINE = 7;

    // States: a slab is what its line claims from, full, or full no more and in a list.
    private static final long CURRENT = 1;
    private static final long DETACHED = 2;
    private static final long LISTED = 3;

    // A thread's line of a size class, two cache lines of eight words.
    private static final int LINE_SHIFT = 4;
    /** Bits of the slots that are claimed and not yet handed out. */
    private static final int CLAIMED = 0;

    private static final int OWNER = 1;
    private static final int CLAIMED_ADDRESS = 2;
    /** The handles of this claim but for their slots. */
    private static final int CLAIMED_HANDLE = 3;

    private static final int SLAB = 4;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long memory = BareRange.reserve((long) SLABS * SLAB_BYTES);
    private final AtomicInteger opened = new AtomicInteger(1);
    private final long[] registry = new long[SLABS << ENTRY_SHIFT];
    private final long[] lines = new long[(STRIPES * CLASSES) << LINE_SHIFT];
    private final BareSlabList[] listedAtHome = new BareSlabList[STRIPES * CLASSES];
    private final BareSlabList[] listedElsewhere = new BareSlabList[STRIPES * CLASSES];
    private final byte[] classOfSteps = new byte[SLOT_BYTES[CLASSES - 1] / SMALLEST_STEP + 1];
    private final long[] allSlots = new long[CLASSES];
    private final int[] slotsToReuse = new int[CLASSES];

    BareSlabs() {
        for (int slab = 0; slab < SLABS; slab++) {
            registry[slab << ENTRY_SHIFT] = NOT_IN_USE;
        }
        Arrays.setAll(listedAtHome, _ -> new BareSlabList());
        Arrays.setAll(listedElsewhere, _ -> new BareSlabList());
        for (int sizeClass = CLASSES - 1; sizeClass >= 0; sizeClass--) {
            Arrays.fill(classOfSteps, 0, SLOT_BYTES[sizeClass] / SMALLEST_STEP + 1, (byte) sizeClass);
            allSlots[sizeClass] = -1L >>> (MOST_SLOTS - Math.min(MOST_SLOTS, SLAB_BYTES / SLOT_BYTES[sizeClass]));
            slotsToReuse[sizeClass] = Math.max(1, Long.bitCount(allSlots[sizeClass]) / PART_TO_REUSE);
        }
    }

    /** Allocates an object; its memory is not zeroed. */
    long allocate(int bytes) {
        int sizeClass = classOfSteps[(bytes + HEADER_BYTES + SMALLEST_STEP - 1) / SMALLEST_STEP];
        long thread = Thread.currentThread().threadId();
        int line = lineOf(thread, sizeClass);
        while (true) {
            long claimed = lines[line + CLAIMED];
            if (claimed != 0 && lines[line + OWNER] == thread) {
                lines[line + CLAIMED] = claimed & (claimed - 1);
                int slot = Long.numberOfTrailingZeros(claimed);
                long handle = lines[line + CLAIMED_HANDLE] | (long) slot << SLOT_SHIFT;
                NativeWords.setRelease(lines[line + CLAIMED_ADDRESS] + (long) slot * SLOT_BYTES[sizeClass], handle);
                return handle;
            }
            refill(line, thread, sizeClass);
        }
    }

    /** Frees an object; false if the handle is stale. */
    boolean free(long handle) {
        long header = headerOf(handle);
        if (header == 0 || !NativeWords.compareAndSet(header, handle, handle & ~LIVE_MASK)) {
            return false;
        }
        int entry = entryOf(handle);
        long slot = 1L << (int) (handle >>> SLOT_SHIFT & 0xff);
        int sizeClass = classOf(handle);
        if (registry[entry + HOME] == Thread.currentThread().threadId()) {
            long freed = registry[entry + FREED_AT_HOME] | slot;
            registry[entry + FREED_AT_HOME] = freed;
            if ((long) WORD.getOpaque(registry, entry + STATE) == DETACHED && enough(freed, sizeClass)) {
                list(entry, true);
            }
            return true;
        }
        long before = (long) WORD.getAndBitwiseOr(registry, entry + FREED_ELSEWHERE, slot);
        if ((long) WORD.getVolatile(registry, entry + STATE) == DETACHED && enough(before | slot, sizeClass)) {
            list(entry, false);
        }
        return true;
    }

    /** The address of an object; 0 if the handle is stale. */
    long resolve(long handle) {
        long header = headerOf(handle);
        return header != 0 && NativeWords.get(header) == handle ? header + HEADER_BYTES : 0;
    }

    /** Where the handle's header would be; 0 if the handle can't be valid. */
    private long headerOf(long handle) {
        int entry = entryOf(handle);
        if (((handle & WITHIN_SLAB) - (long) WORD.getOpaque(registry, entry + BASE) & FOREIGN) != 0) {
            return 0;
        }
        return registry[entry + ADDRESS] + (handle >>> SLOT_SHIFT & 0xff) * SLOT_BYTES[classOf(handle)];
    }

    private static int entryOf(long handle) {
        return (int) (handle >>> SLAB_SHIFT) << ENTRY_SHIFT;
    }

    private static int classOf(long handle) {
        return (int) (handle >>> CLASS_SHIFT) & (CLASSES - 1);
    }

    private static int lineOf(long thread, int sizeClass) {
        return (((int) thread & (STRIPES - 1)) * CLASSES + sizeClass) << LINE_SHIFT;
    }

    private boolean enough(long freed, int sizeClass) {
        return Long.bitCount(freed) >= slotsToReuse[sizeClass];
    }

    private void list(int entry, boolean atHome) {
        if (WORD.compareAndSet(registry, entry + STATE, DETACHED, LISTED)) {
            int line = (int) registry[entry + LINE] >>> LINE_SHIFT;
            BareSlabList list = atHome ? listedAtHome[line] : listedElsewhere[line];
            if (atHome) {
                list.push(entry >>> ENTRY_SHIFT);
            } else {
                list.pushShared(entry >>> ENTRY_SHIFT);
            }
        }
    }

    /** Gives the line slots to claim: of its slab, of a slab in its lists, or of a new one. */
    private void refill(int line, long thread, int sizeClass) {
        if (lines[line + OWNER] != thread && !WORD.compareAndSet(lines, line + OWNER, 0L, thread)) {
            throw new IllegalStateException("threads %d and %d have ids that are equal modulo %d"
                    .formatted(lines[line + OWNER], thread, STRIPES));
        }
        if (refillFromCurrent(line, sizeClass)) {
            return;
        }
        while (true) {
            int slab = nextListed(line);
            if (slab == 0) {
                open(line, thread, sizeClass);
                return;
            }
            int entry = slab << ENTRY_SHIFT;
            WORD.setVolatile(registry, entry + STATE, CURRENT);
            lines[line + SLAB] = slab;
            if (claim(line, slab, sizeClass, takeFreed(entry))) {
                return;
            }
            detach(line, entry);
        }
    }

    private boolean refillFromCurrent(int line, int sizeClass) {
        int slab = (int) lines[line + SLAB];
        if (slab == 0) {
            return false;
        }
        int entry = slab << ENTRY_SHIFT;
        long freed = takeFreed(entry);
        if (enough(freed, sizeClass) && claim(line, slab, sizeClass, freed)) {
            return true;
        }
        registry[entry + FREED_AT_HOME] = freed;
        // Another thread that frees a slot either sees the slab detached, or is seen here.
        WORD.setVolatile(registry, entry + STATE, DETACHED);
        freed |= (long) WORD.getVolatile(registry, entry + FREED_ELSEWHERE);
        if (enough(freed, sizeClass) && WORD.compareAndSet(registry, entry + STATE, DETACHED, CURRENT)) {
            if (claim(line, slab, sizeClass, takeFreed(entry))) {
                return true;
            }
            WORD.setVolatile(registry, entry + STATE, DETACHED);
        }
        lines[line + SLAB] = 0;
        return false;
    }

    private void detach(int line, int entry) {
        WORD.setVolatile(registry, entry + STATE, DETACHED);
        lines[line + SLAB] = 0;
    }

    private int nextListed(int line) {
        int slab = listedAtHome[line >>> LINE_SHIFT].pop();
        return slab != 0 ? slab : listedElsewhere[line >>> LINE_SHIFT].popShared();
    }

    /** All slots noted as free, which the notes forget. */
    private long takeFreed(int entry) {
        long freed = registry[entry + FREED_AT_HOME];
        registry[entry + FREED_AT_HOME] = 0;
        return (long) WORD.getOpaque(registry, entry + FREED_ELSEWHERE) == 0
                ? freed
                : freed | (long) WORD.getAndSet(registry, entry + FREED_ELSEWHERE, 0L);
    }

    /** Claims the free slots under a new generation; false if there are none, or no generation is left. */
    private boolean claim(int line, int slab, int sizeClass, long freed) {
        int entry = slab << ENTRY_SHIFT;
        long free = freed & ~live(entry, sizeClass, freed);
        if (free == 0 || registry[entry + GENERATION] == LAST_GENERATION) {
            return false;
        }
        hand(line, slab, sizeClass, free);
        return true;
    }

    /** Those of the slots that hold a live object after all: a note is a hint, the header the truth. */
    private long live(int entry, int sizeClass, long slots) {
        long live = 0;
        for (long left = slots; left != 0; left &= left - 1) {
            int slot = Long.numberOfTrailingZeros(left);
            long header = NativeWords.getAcquire(registry[entry + ADDRESS] + (long) slot * SLOT_BYTES[sizeClass]);
            if ((header & LIVE_MASK) != 0 && ((header & WITHIN_SLAB) - registry[entry + BASE] & FOREIGN) == 0) {
                live |= 1L << slot;
            }
        }
        return live;
    }

    private void hand(int line, int slab, int sizeClass, long free) {
        int entry = slab << ENTRY_SHIFT;
        long generation = ++registry[entry + GENERATION];
        lines[line + CLAIMED_HANDLE] =
                (long) slab << SLAB_SHIFT | generation << GENERATION_SHIFT | (long) sizeClass << CLASS_SHIFT | LIVE;
        lines[line + CLAIMED_ADDRESS] = registry[entry + ADDRESS];
        WORD.setRelease(lines, line + CLAIMED, free);
    }

    private void open(int line, long thread, int sizeClass) {
        int slab = opened.getAndIncrement();
        if (slab >= SLABS) {
            throw new OutOfMemoryError("all %d slabs are in use".formatted(SLABS));
        }
        int entry = slab << ENTRY_SHIFT;
        registry[entry + ADDRESS] = memory + (long) slab * SLAB_BYTES;
        registry[entry + HOME] = thread;
        registry[entry + LINE] = line;
        long oldest = registry[entry + GENERATION] + 1;
        WORD.setRelease(registry, entry + BASE, oldest << GENERATION_SHIFT | (long) sizeClass << CLASS_SHIFT | LIVE);
        WORD.setVolatile(registry, entry + STATE, CURRENT);
        lines[line + SLAB] = slab;
        hand(line, slab, sizeClass, allSlots[sizeClass]);
    }
}
