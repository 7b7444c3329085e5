package io.znsslab.core.arena;

import io.znsslab.bindings.words.NativeWords;
import java.lang.foreign.MemorySegment;

/**
 * The 64-bit words of a table or of the slabs, by byte offset, with the memory order in the accessor's name: {@code lp}/{@code sp} plain, {@code lo}/{@code so}
 * opaque, {@code la} load-acquire, {@code sr} store-release, {@code lv}/{@code sv} volatile.
 *
 * <p>Unchecked: the caller answers for the offset, a multiple of eight within the range. Thread-safe.
 */
public final class Words {
    private final MemorySegment segment;
    private final long address;

    /** The words of a range that is {@linkplain io.znsslab.bindings.AddressSpace#reserveForEver never unmapped}. */
    Words(MemorySegment segment) {
        this.segment = segment;
        this.address = segment.address();
    }

    /** The range itself, checked and bound to the arena's life: what may be handed to users. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where the range begins: for who keeps the address at hand instead of this object. */
    public long address() {
        return address;
    }

    /** Plain load. */
    public long lp(long offset) {
        return NativeWords.get(address + offset);
    }

    /** Plain store. */
    public void sp(long offset, long value) {
        NativeWords.set(address + offset, value);
    }

    /** Opaque load: a value that some thread stored, unordered with other words. */
    public long lo(long offset) {
        return NativeWords.getOpaque(address + offset);
    }

    /** Opaque store. */
    public void so(long offset, long value) {
        NativeWords.setOpaque(address + offset, value);
    }

    /** Load-acquire: what its storer did before the store is visible afterwards. */
    public long la(long offset) {
        return NativeWords.getAcquire(address + offset);
    }

    /** Store-release: what this thread did before is visible to who load-acquires the value. */
    public void sr(long offset, long value) {
        NativeWords.setRelease(address + offset, value);
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

    /** Atomic or with volatile order; the word as it was before. */
    public long getAndOr(long offset, long bits) {
        return NativeWords.getAndBitwiseOr(address + offset, bits);
    }

    /** Atomic exchange with volatile order; the word as it was before. */
    public long getAndSet(long offset, long value) {
        return NativeWords.getAndSet(address + offset, value);
    }
}
