package io.znsslab.bindings.words;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * 64-bit words of native memory by address, with no check but of alignment: for an allocator's own tables, on paths where a nanosecond counts.
 *
 * <p>The caller answers for the address: it lies within one of {@link io.znsslab.bindings.LastingRanges}, which are never unmapped, so that a late access reads or
 * writes the wrong word at worst and can't fault the JVM. Memory orders as in {@link VarHandle}. Thread-safe.
 */
public final class NativeWords {
    // One segment over everything, a constant to the JIT compiler: bounds and lifetime checks fold away.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    // the same without a check of the alignment, which it has all the same
    private static final VarHandle PLAIN_WORD = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();

    // What an address of a word in user space has no bits beside. Cut down to these, it needs neither a check of its
    // alignment nor of the segment's bounds, and the compiler sees that.
    private static final long ADDRESSES = Long.MAX_VALUE >>> 1 & -8L;

    private NativeWords() {}

    /** Plain load. */
    public static long get(long address) {
        return (long) WORD.get(MEMORY, address & ADDRESSES);
    }

    /** Plain load of a word of a structure: by the structure's address and the constant offset in it. */
    public static long get(long address, int offset) {
        return (long) PLAIN_WORD.get(MEMORY, (address & ADDRESSES) + offset);
    }

    /** Plain store to a word of a structure: by the structure's address and the constant offset in it. */
    public static void set(long address, int offset, long value) {
        PLAIN_WORD.set(MEMORY, (address & ADDRESSES) + offset, value);
    }

    /** Plain store. */
    public static void set(long address, long value) {
        WORD.set(MEMORY, address & ADDRESSES, value);
    }

    /** Opaque load. */
    public static long getOpaque(long address) {
        return (long) WORD.getOpaque(MEMORY, address & ADDRESSES);
    }

    /** Opaque store. */
    public static void setOpaque(long address, long value) {
        WORD.setOpaque(MEMORY, address & ADDRESSES, value);
    }

    /** Load-acquire. */
    public static long getAcquire(long address) {
        return (long) WORD.getAcquire(MEMORY, address & ADDRESSES);
    }

    /** Store-release. */
    public static void setRelease(long address, long value) {
        WORD.setRelease(MEMORY, address & ADDRESSES, value);
    }

    /** Volatile load. */
    public static long getVolatile(long address) {
        return (long) WORD.getVolatile(MEMORY, address & ADDRESSES);
    }

    /** Volatile store. */
    public static void setVolatile(long address, long value) {
        WORD.setVolatile(MEMORY, address & ADDRESSES, value);
    }

    /** Volatile compare-and-set. */
    public static boolean compareAndSet(long address, long expected, long value) {
        // the comparison made here is one the compiler branches on without a detour
        return (long) WORD.compareAndExchange(MEMORY, address & ADDRESSES, expected, value) == expected;
    }

    /** Volatile get-and-or. */
    public static long getAndBitwiseOr(long address, long bits) {
        return (long) WORD.getAndBitwiseOr(MEMORY, address & ADDRESSES, bits);
    }

    /** Volatile exchange. */
    public static long getAndSet(long address, long value) {
        return (long) WORD.getAndSet(MEMORY, address & ADDRESSES, value);
    }
}
