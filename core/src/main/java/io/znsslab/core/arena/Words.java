package io.znsslab.core.arena;

import io.znsslab.bindings.words.NativeWords;
import java.lang.foreign.MemorySegment;

/**
 * The 64-bit words of a table or of the slabs, by byte offset, with the memory order in the accessor's name: {@code sp}
 * store plain, {@code la} load-acquire, {@code lv} and {@code sv} load and store volatile.
 *
 * <p>Unchecked: the caller answers for the offset, a multiple of eight within the range. Thread-safe.
 */
public final class Words {
    private final MemorySegment segment;
    private final long address;

    /** The words of one of {@link io.znsslab.bindings.LastingRanges}. */
    Words(MemorySegment segment) {
        this.segment = segment;
        this.address = segment.address();
    }

    /** The range as a checked segment, bound to the arena's lifetime: what may be handed to users. */
    public MemorySegment segment() {
        return segment;
    }

    /** The address at which the range begins, for callers that keep it at hand instead of this object. */
    public long address() {
        return address;
    }

    /** Plain store. */
    public void sp(long offset, long value) {
        NativeWords.set(address + offset, value);
    }

    /** Load-acquire: what its storer did before the store is visible afterwards. */
    public long la(long offset) {
        return NativeWords.getAcquire(address + offset);
    }

    /** Volatile load. */
    public long lv(long offset) {
        return NativeWords.getVolatile(address + offset);
    }

    /** Volatile store. */
    public void sv(long offset, long value) {
        NativeWords.setVolatile(address + offset, value);
    }

    /** Compare-and-set with volatile order. */
    public boolean cas(long offset, long expected, long value) {
        return NativeWords.compareAndSet(address + offset, expected, value);
    }
}
