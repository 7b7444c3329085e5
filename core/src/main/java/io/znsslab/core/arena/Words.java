package io.znsslab.core.arena;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The 64-bit words of an off-heap range, by byte offset, with the memory order in the accessor's name: {@code lp}/{@code sp} plain, {@code lo}/{@code so}
 * opaque, {@code la} load-acquire, {@code sr} store-release, {@code lv}/{@code sv} volatile.
 *
 * <p>Every access is bounds-checked and fails with {@link IllegalStateException} once the range's arena is closed. Offsets are multiples of eight.
 */
public final class Words {
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final MemorySegment segment;

    /** The words of {@code segment}, which starts at a multiple of eight. */
    public Words(MemorySegment segment) {
        this.segment = segment;
    }

    /** The range itself. */
    public MemorySegment segment() {
        return segment;
    }

    /** Plain load. */
    public long lp(long offset) {
        return (long) WORD.get(segment, offset);
    }

    /** Plain store. */
    public void sp(long offset, long value) {
        WORD.set(segment, offset, value);
    }

    /** Opaque load: a value that some thread stored, unordered with other words. */
    public long lo(long offset) {
        return (long) WORD.getOpaque(segment, offset);
    }

    /** Opaque store. */
    public void so(long offset, long value) {
        WORD.setOpaque(segment, offset, value);
    }

    /** Load-acquire: what its storer did before the store is visible afterwards. */
    public long la(long offset) {
        return (long) WORD.getAcquire(segment, offset);
    }

    /** Store-release: what this thread did before is visible to who load-acquires the value. */
    public void sr(long offset, long value) {
        WORD.setRelease(segment, offset, value);
    }

    /** Volatile load. */
    public long lv(long offset) {
        return (long) WORD.getVolatile(segment, offset);
    }

    /** Volatile store. */
    public void sv(long offset, long value) {
        WORD.setVolatile(segment, offset, value);
    }

    /** Compare-and-set with volatile order. */
    public boolean cas(long offset, long expected, long value) {
        return WORD.compareAndSet(segment, offset, expected, value);
    }

    /** Atomic or with volatile order; the word as it was before. */
    public long getAndOr(long offset, long bits) {
        return (long) WORD.getAndBitwiseOr(segment, offset, bits);
    }

    /** Atomic exchange with volatile order; the word as it was before. */
    public long getAndSet(long offset, long value) {
        return (long) WORD.getAndSet(segment, offset, value);
    }
}
