package io.znsslab.bindings.words;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * 64-bit words of native memory by address, with no check but of alignment: for an allocator's own tables, on paths where a nanosecond counts.
 *
 * <p>The caller answers for the address: it lies within a range of {@link io.znsslab.bindings.AddressSpace#reserveForEver}, which is never unmapped, so that a late access reads or
 * writes the wrong word at worst and can't fault the JVM. Memory orders as in {@link VarHandle}. Thread-safe.
 */
public final class NativeWords {
    // One segment over everything, a constant to the JIT compiler: bounds and lifetime checks fold away.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private NativeWords() {}

    /** Plain load. */
    public static long get(long address) {
        return (long) WORD.get(MEMORY, address);
    }

    /** Plain store. */
    public static void set(long address, long value) {
        WORD.set(MEMORY, address, value);
    }

    /** Opaque load. */
    public static long getOpaque(long address) {
        return (long) WORD.getOpaque(MEMORY, address);
    }

    /** Opaque store. */
    public static void setOpaque(long address, long value) {
        WORD.setOpaque(MEMORY, address, value);
    }

    /** Load-acquire. */
    public static long getAcquire(long address) {
        return (long) WORD.getAcquire(MEMORY, address);
    }

    /** Store-release. */
    public static void setRelease(long address, long value) {
        WORD.setRelease(MEMORY, address, value);
    }

    /** Volatile load. */
    public static long getVolatile(long address) {
        return (long) WORD.getVolatile(MEMORY, address);
    }

    /** Volatile store. */
    public static void setVolatile(long address, long value) {
        WORD.setVolatile(MEMORY, address, value);
    }

    /** Volatile compare-and-set. */
    public static boolean compareAndSet(long address, long expected, long value) {
        return WORD.compareAndSet(MEMORY, address, expected, value);
    }

    /** Volatile get-and-or. */
    public static long getAndBitwiseOr(long address, long bits) {
        return (long) WORD.getAndBitwiseOr(MEMORY, address, bits);
    }

    /** Volatile exchange. */
    public static long getAndSet(long address, long value) {
        return (long) WORD.getAndSet(MEMORY, address, value);
    }
}
