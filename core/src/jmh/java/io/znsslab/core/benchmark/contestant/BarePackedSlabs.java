package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.words.NativeWords;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The algorithm of packed slabs without the product around it: objects of a request lie one after the other, each
 * behind its header; the end of a request makes all handles of its slabs stale by one store a slab.
 *
 * <p>An object is named by its slab, the slab's generation, and the 16 bytes at which its header begins. There are no
 * frees, and each thread serves one request at a time.
 *
 * <p>Thread-safe for up to {@value #STRIPES} threads, no two of whose ids may be equal modulo that number.
 */
final class BarePackedSlabs {
    private static final int STRIPES = 64;
    private static final int SLAB_BYTES = 4_096;
    private static final int SLABS = 1 << 16;
    private static final int HEADER_BYTES = 8;
    private static final int GRANULE_SHIFT = 4;
    private static final int GRANULE_BYTES = 1 << GRANULE_SHIFT;

    private static final int SLAB_SHIFT = 42;
    private static final int GENERATION_SHIFT = 18;
    private static final int GRANULE_OF_SLAB_SHIFT = 10;
    private static final int LENGTH_SHIFT = 2;
    private static final long LIVE = 1;
    private static final long LAST_GENERATION = (1L << 24) - 1;
    private static final long WITHIN_SLAB = (1L << SLAB_SHIFT) - 1;
    private static final long NOT_IN_USE = 1L << SLAB_SHIFT;

    // A slab's entry in the registry, a cache line of eight words.
    private static final int ENTRY_SHIFT = 3;
    private static final int BASE = 0;
    private static final int ADDRESS = 1;
    private static final int GENERATION = 2;

    // A thread's line, two cache lines of eight words.
    private static final int LINE_SHIFT = 4;
    private static final int POSITION = 0;
    private static final int END = 1;
    /** The handles in this slab but for their granules and lengths. */
    private static final int HANDLE = 2;

    private static final int OWNER = 3;
    private static final int USED = 4;
    private static final int SPARE = 5;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long memory = BareRange.reserve((long) SLABS * SLAB_BYTES);
    private final AtomicInteger opened = new AtomicInteger(1);
    private final long[] registry = new long[SLABS << ENTRY_SHIFT];
    private final long[] lines = new long[STRIPES << LINE_SHIFT];
    private final int[][] used = new int[STRIPES][64];
    private final int[][] spare = new int[STRIPES][64];

    BarePackedSlabs() {
        for (int slab = 0; slab < SLABS; slab++) {
            registry[slab << ENTRY_SHIFT] = NOT_IN_USE;
        }
    }

    /** Allocates an object of this thread's request; its memory is not zeroed. */
    long allocate(int bytes) {
        long thread = Thread.currentThread().threadId();
        int line = stripeOf(thread) << LINE_SHIFT;
        long need = ((long) bytes + HEADER_BYTES + GRANULE_BYTES - 1) & -GRANULE_BYTES;
        while (true) {
            long position = lines[line + POSITION];
            if (position + need <= lines[line + END] && lines[line + OWNER] == thread) {
                lines[line + POSITION] = position + need;
                long granule = (position & (SLAB_BYTES - 1)) >>> GRANULE_SHIFT;
                long handle = lines[line + HANDLE]
                        | (granule << GRANULE_OF_SLAB_SHIFT)
                        | (need >>> GRANULE_SHIFT) << LENGTH_SHIFT;
                NativeWords.setRelease(position, handle);
                return handle;
            }
            open(line, thread);
        }
    }

    /** The address of an object; 0 if the handle is stale. */
    long resolve(long handle) {
        int entry = (int) (handle >>> SLAB_SHIFT) << ENTRY_SHIFT;
        if ((handle & WITHIN_SLAB) - (long) WORD.getOpaque(registry, entry + BASE) < 0) {
            return 0;
        }
        long header = registry[entry + ADDRESS] + ((handle >>> GRANULE_OF_SLAB_SHIFT & 0xff) << GRANULE_SHIFT);
        return NativeWords.get(header) == handle ? header + HEADER_BYTES : 0;
    }

    /** Ends this thread's request. */
    void endRequest() {
        int stripe = stripeOf(Thread.currentThread().threadId());
        int line = stripe << LINE_SHIFT;
        int spares = (int) lines[line + SPARE];
        for (int index = (int) lines[line + USED] - 1; index >= 0; index--) {
            int slab = used[stripe][index];
            int entry = slab << ENTRY_SHIFT;
            long next = registry[entry + GENERATION] + 1;
            WORD.setRelease(registry, entry + BASE, next << GENERATION_SHIFT);
            if (next < LAST_GENERATION && spares < spare[stripe].length) {
                spare[stripe][spares++] = slab;
            }
        }
        lines[line + SPARE] = spares;
        lines[line + USED] = 0;
        lines[line + POSITION] = 0;
        lines[line + END] = 0;
    }

    private static int stripeOf(long thread) {
        return (int) thread & (STRIPES - 1);
    }

    private void open(int line, long thread) {
        if (lines[line + OWNER] != thread && !WORD.compareAndSet(lines, line + OWNER, 0L, thread)) {
            throw new IllegalStateException("threads %d and %d have ids that are equal modulo %d"
                    .formatted(lines[line + OWNER], thread, STRIPES));
        }
        int stripe = line >>> LINE_SHIFT;
        int slab = lines[line + SPARE] > 0 ? spare[stripe][(int) --lines[line + SPARE]] : openedNext();
        int entry = slab << ENTRY_SHIFT;
        long address = memory + (long) slab * SLAB_BYTES;
        long generation = ++registry[entry + GENERATION] << GENERATION_SHIFT;
        registry[entry + ADDRESS] = address;
        WORD.setRelease(registry, entry + BASE, generation);
        int count = (int) lines[line + USED];
        if (count == used[stripe].length) {
            used[stripe] = Arrays.copyOf(used[stripe], 2 * count);
        }
        used[stripe][count] = slab;
        lines[line + USED] = count + 1L;
        lines[line + HANDLE] = (long) slab << SLAB_SHIFT | generation | LIVE;
        lines[line + END] = address + SLAB_BYTES;
        lines[line + POSITION] = address;
    }

    private int openedNext() {
        int slab = opened.getAndIncrement();
        if (slab >= SLABS) {
            throw new OutOfMemoryError("all %d slabs are in use".formatted(SLABS));
        }
        return slab;
    }
}
