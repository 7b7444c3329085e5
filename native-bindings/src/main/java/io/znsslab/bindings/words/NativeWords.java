package io.znsslab.bindings.words;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * 64-bit words of native memory by address, with no check but of alignment: for an allocator's own tables, on paths
 * where a nanosecond counts.
 *
 * <p>The caller answers for the address: it lies within one of {@link io.znsslab.bindings.LastingRanges}, which are
 * never unmapped, so that a late access reads or writes the wrong word at worst and can't fault the JVM. Memory orders
 * as in {@link VarHandle}. Thread-safe.
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

    // no address of user space has bits there
    private static final int BASE_SHIFT = 8;

    private NativeWords() {}

    /**
     * An address as {@link #getAt} and {@link #getAcquireAt} take it. Shifted back there, it is one of which the
     * compiler knows that it is not negative: the sum with an offset of which it knows that too is checked for nothing.
     * So where one address follows from what was read at another, no step of the way is spent on checks.
     */
    public static long base(long address) {
        return address << BASE_SHIFT;
    }

    /** Plain load of the word at that offset, a multiple of eight, from a {@link #base}. */
    public static long getAt(long base, long offset) {
        return (long) PLAIN_WORD.get(MEMORY, (base >>> BASE_SHIFT) + offset);
    }

    /** Load-acquire of the word at that offset, a multiple of eight, from a {@link #base}. */
    public static long getAcquireAt(long base, long offset) {
        // A fence after it orders as much and more, and costs nothing on x86-64; an acquiring load would check
        // alignment.
        long value = getAt(base, offset);
        VarHandle.acquireFence();
        return value;
    }

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

    /** Volatile get-and-add. */
    public static long getAndAdd(long address, long delta) {
        return (long) WORD.getAndAdd(MEMORY, address & ADDRESSES, delta);
    }

    /** Volatile exchange. */
    public static long getAndSet(long address, long value) {
        return (long) WORD.getAndSet(MEMORY, address & ADDRESSES, value);
    }
}
