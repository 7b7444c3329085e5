package io.znsslab.bindings.words;

/**
 * Shifts and masks that change nothing, and show the JIT compiler what it would otherwise check.
 *
 * <p>An access to native memory checks that its address is aligned and within the segment, and a slice that its offset
 * is not negative. The optimizing compiler leaves such a check out where it can tell from the operations that made a
 * value which bits the value can't have. An address or an offset that comes from memory says nothing about itself; but
 * the compiler knows the range of what was shifted or masked. So each method here gives back the number that it was
 * given, for every number that the allocator may give it.
 *
 * <p>Measured with JDK 25 (HotSpot's C2) on x86-64, alternating runs of one machine. {@link #address}, together with
 * one comparison for state, class and slot of a handle: resolving and reading an object 6.1 to 4.0 ns, allocating and
 * freeing it 2.1 to 1.8 times the floor of one store and one compare-and-set. {@link #base} and {@link #shifted} after
 * that, on a slower machine: resolving 11.1 to 10.1 ns, allocating and freeing 24.6 to 24.1 ns. With another JDK these
 * are to be measured again: what the compiler derives is its own affair, and without it the shifts cost a cycle each.
 *
 * <p>Thread-safe: no state.
 */
public final class KnownBits {
    // An address of a word in user space has no other bits.
    private static final long ADDRESS_MASK = Long.MAX_VALUE >>> 1 & -8L;

    // Neither an address of user space nor an offset in the arena has a bit among the highest eight.
    private static final int SPARE_BITS = 8;

    private KnownBits() {}

    /** The address of a word in user space: known to be aligned to eight bytes, and not to be negative. */
    static long address(long address) {
        return address & ADDRESS_MASK;
    }

    /** An address in the form that {@link #addressAt} takes: shifted up by the spare bits. */
    static long base(long address) {
        return address << SPARE_BITS;
    }

    /**
     * The address at an offset from a {@link #base}: the base shifted back is known not to be negative. Where the
     * offset is known not to be either, the sum is not checked. So where one address follows from a word at another, no
     * step of the way is spent on checks.
     */
    static long addressAt(long base, long offset) {
        return (base >>> SPARE_BITS) + offset;
    }

    /** The distance that {@link #shifted} takes for a shift to the left by {@code bits}. */
    public static int shift(int bits) {
        return bits + SPARE_BITS;
    }

    /** A number shifted to the left, by the distance that {@link #shift} gave: known not to be negative. */
    public static long shifted(long number, int shift) {
        return number << shift >>> SPARE_BITS;
    }
}
