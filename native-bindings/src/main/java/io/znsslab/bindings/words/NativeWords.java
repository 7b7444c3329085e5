package io.znsslab.bindings.words;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * 64-bit words of native memory by address, checked for alignment only: for an allocator's own tables, on paths where a
 * nanosecond counts.
 *
 * <p>The caller answers for the address: it lies within one of {@link io.znsslab.bindings.LastingRanges}, which are
 * never unmapped, so that a late access reads or writes the wrong word at worst and can't fault the JVM. Memory orders
 * as in {@link VarHandle}. Thread-safe.
 */
public final class NativeWords {
    // One segment over everything, a constant to the JIT compiler: bounds and lifetime checks fold away.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    // The same without a check of the alignment, although every address is aligned.
    private static final VarHandle PLAIN_WORD = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();

    private NativeWords() {}

    /** An address in the form that {@link #getAt} and {@link #getAcquireAt} take: see {@link KnownBits}. */
    public static long base(long address) {
        return KnownBits.base(address);
    }

    /** Plain load of the word at that offset, a multiple of eight, from a {@link #base}. */
    public static long getAt(long base, long offset) {
        return (long) PLAIN_WORD.get(MEMORY, KnownBits.addressAt(base, offset));
    }

    /** Load-acquire of the word at that offset, a multiple of eight, from a {@link #base}. */
    public static long getAcquireAt(long base, long offset) {
        // A fence after the load orders as much and more, and costs nothing on x86-64; an acquiring load would check
        // the alignment.
        long value = getAt(base, offset);
        VarHandle.acquireFence();
        return value;
    }

    /** Plain load. */
    public static long get(long address) {
        return (long) WORD.get(MEMORY, KnownBits.address(address));
    }

    /** Plain load of a word of a structure: by the structure's address and the constant offset in it. */
    public static long get(long address, int offset) {
        return (long) PLAIN_WORD.get(MEMORY, KnownBits.address(address) + offset);
    }

    /** Plain store to a word of a structure: by the structure's address and the constant offset in it. */
    public static void set(long address, int offset, long value) {
        PLAIN_WORD.set(MEMORY, KnownBits.address(address) + offset, value);
    }

    /** Plain store. */
    public static void set(long address, long value) {
        WORD.set(MEMORY, KnownBits.address(address), value);
    }

    /** Opaque load. */
    public static long getOpaque(long address) {
        return (long) WORD.getOpaque(MEMORY, KnownBits.address(address));
    }

    /** Opaque store. */
    public static void setOpaque(long address, long value) {
        WORD.setOpaque(MEMORY, KnownBits.address(address), value);
    }

    /** Load-acquire. */
    public static long getAcquire(long address) {
        return (long) WORD.getAcquire(MEMORY, KnownBits.address(address));
    }

    /** Store-release. */
    public static void setRelease(long address, long value) {
        WORD.setRelease(MEMORY, KnownBits.address(address), value);
    }

    /** Volatile load. */
    public static long getVolatile(long address) {
        return (long) WORD.getVolatile(MEMORY, KnownBits.address(address));
    }

    /** Volatile store. */
    public static void setVolatile(long address, long value) {
        WORD.setVolatile(MEMORY, KnownBits.address(address), value);
    }

    /** Volatile compare-and-set. */
    public static boolean compareAndSet(long address, long expected, long value) {
        // The compiler branches directly on a comparison made here.
        return (long) WORD.compareAndExchange(MEMORY, KnownBits.address(address), expected, value) == expected;
    }

    /** Volatile get-and-or. */
    public static long getAndBitwiseOr(long address, long bits) {
        return (long) WORD.getAndBitwiseOr(MEMORY, KnownBits.address(address), bits);
    }

    /** Volatile get-and-add. */
    public static long getAndAdd(long address, long delta) {
        return (long) WORD.getAndAdd(MEMORY, KnownBits.address(address), delta);
    }

    /** Volatile exchange. */
    public static long getAndSet(long address, long value) {
        return (long) WORD.getAndSet(MEMORY, KnownBits.address(address), value);
    }
}
